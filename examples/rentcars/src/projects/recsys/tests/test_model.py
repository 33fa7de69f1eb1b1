"""The model from its training to its use, with a real MLflow that keeps everything in a folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import mlflow
import pytest

PROJECT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def environ(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("mlflow")
    return {
        **os.environ,
        "ESTEIRA_ARTIFACTS_URI": f"{(folder / 'artifacts').as_uri()}/",
        "MLFLOW_TRACKING_URI": (folder / "mlruns").as_uri(),
        "MLFLOW_EXPERIMENT_NAME": "recsys",
        "MLFLOW_DISABLE_TELEMETRY": "true",
        # Enough for a test, and needs no database.
        "MLFLOW_ALLOW_FILE_STORE": "true",
    }


def run_step(step: str, environ: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, f"steps/{step}.py"],
        cwd=PROJECT,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_model_is_trained_registered_and_used(
    environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    trained = run_step("train_model", environ)
    assert trained.returncode == 0, trained.stderr
    lines = [line for line in trained.stdout.splitlines() if "  " in line]
    assert lines[-1] == "registered               version 1 of recsys, in Staging"
    with_model, without = (float(line.split()[-1]) for line in lines[:2])
    assert with_model > without

    assert run_step("extract_features", environ).returncode == 0
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    client = mlflow.MlflowClient(environ["MLFLOW_TRACKING_URI"])
    with pytest.warns(FutureWarning, match="deprecated"):
        client.transition_model_version_stage(name="recsys", version="1", stage="Production")
    scored = run_step("score_model", environ)
    assert scored.returncode == 0, scored.stderr
    assert "model            models:/recsys/Production" in scored.stdout

    run = client.get_run(client.get_model_version("recsys", "1").run_id)
    assert run.data.metrics["sibling_hit_rate_at_10"] == pytest.approx(with_model, abs=0.001)
    assert run.data.params == {"iterations": "20"}
    left = Path(environ["ESTEIRA_ARTIFACTS_URI"].removeprefix("file://"))
    metrics = json.loads((left / "score_model" / "metrics.json").read_bytes())
    assert metrics["sibling_hit_rate_at_10"] > 0.5
    assert metrics["coverage"] > 0.9
    assert 0.5 < metrics["mean_similarity"] < 0.7


def test_training_needs_somewhere_to_register(environ: dict[str, str]) -> None:
    trained = run_step("train_model", {**environ, "MLFLOW_TRACKING_URI": ""})
    assert (trained.returncode, trained.stderr) == (
        1,
        "MLFLOW_TRACKING_URI is not set, so there is nowhere to register a model.\n"
        "Set it: export MLFLOW_TRACKING_URI=http://mlflow.bi.rentcars.com\n",
    )
