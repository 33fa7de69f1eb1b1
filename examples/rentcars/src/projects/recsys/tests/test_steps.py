"""The steps as the pipeline runs them: processes that share nothing but the artifacts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]


def run_step(step: str, artifacts: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, f"steps/{step}.py"],
        cwd=PROJECT,
        env={**os.environ, "ESTEIRA_ARTIFACTS_URI": f"{artifacts.as_uri()}/"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def artifacts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("run-1")


def test_extract_features(artifacts: Path) -> None:
    step = run_step("extract_features", artifacts)
    assert (step.returncode, step.stderr) == (0, "")
    assert step.stdout.splitlines() == [
        "catalogue  406 vehicles of 30 makers, 1970 to 1982",
        "filled in  6 power_hp, 8 km_per_l",
        "features   406 rows x 10 columns",
        f"left in    {artifacts.as_uri()}/extract_features/features.npz",
    ]


def test_score_model(artifacts: Path) -> None:
    step = run_step("score_model", artifacts)
    assert (step.returncode, step.stderr) == (0, "")
    assert step.stdout.splitlines()[:3] == [
        "liked                   offer                               like it  km/l",
        "Ford Pinto 1976         Mercury Capri II 1976                   58%  10.6",
        "                        Buick Opel Isuzu Deluxe 1977            53%  12.8",
    ]
    listed = json.loads((artifacts / "score_model" / "recommendations.json").read_bytes())
    known = {entry["vehicle"] for entry in listed}
    assert len(known) == 406
    assert all(offer["vehicle"] in known for entry in listed for offer in entry["recommendations"])
    metrics = json.loads((artifacts / "score_model" / "metrics.json").read_bytes())
    assert metrics["coverage"] > 0.9


def test_score_model_fails_when_the_features_are_missing(tmp_path: Path) -> None:
    step = run_step("score_model", tmp_path)
    assert step.returncode == 1
    assert "extract_features/vehicles.json" in step.stderr


def test_a_step_outside_a_run_says_what_it_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ESTEIRA_ARTIFACTS_URI", raising=False)
    step = subprocess.run(
        [sys.executable, "steps/extract_features.py"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert step.returncode == 1
    assert step.stderr.startswith("ESTEIRA_ARTIFACTS_URI is not set")
