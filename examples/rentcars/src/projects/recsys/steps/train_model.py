"""Trains the model, logs it to MLflow and registers a version in Staging.

No step of the pipeline: a scientist runs it, where MLFLOW_TRACKING_URI names a tracking server.

    python steps/train_model.py [--iterations 20]

The model moves vehicles to where those of one model, of whatever year, are near each other
(neighbourhood components analysis). How well it does is measured on models that it hasn't seen.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from sklearn.neighbors import NeighborhoodComponentsAnalysis

from features import FeatureTable, Matrix, build_features
from recommender import nearest, sibling_hit_rate
from registry import MODEL, as_frame
from vehicles import Vehicle, read_catalogue

STEPS = Path(__file__).parent
NEIGHBOURS = 10
SPLITS = 4


def main(environ: Mapping[str, str], arguments: Sequence[str] | None = None) -> None:
    formatter = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=formatter)
    parser.add_argument("--iterations", type=int, default=20, help="of the optimizer (20)")
    options = parser.parse_args(arguments)
    if not environ.get("MLFLOW_TRACKING_URI"):
        raise SystemExit(
            "MLFLOW_TRACKING_URI is not set, so there is nowhere to register a model.\n"
            "Set it: export MLFLOW_TRACKING_URI=http://mlflow.bi.rentcars.com"
        )
    vehicles = read_catalogue()
    features = build_features(vehicles)
    metrics = evaluate(vehicles, features, options.iterations)
    matrix = fit(features.values, labels_of(vehicles), options.iterations)
    version = register(environ, features, matrix, vars(options), metrics)
    for name, value in metrics.items():
        print(f"{name:<23}  {value:.3f}")
    print(f"{'registered':<23}  version {version} of {MODEL}, in Staging")


def evaluate(
    vehicles: Sequence[Vehicle], features: FeatureTable, iterations: int
) -> dict[str, float]:
    """Hit rates among siblings whose models were held out, with the model and without it.

    Each is the mean of a few splits of the models in half: one of them tells little.
    """
    labels = labels_of(vehicles)
    models = np.unique(labels)
    rates = []
    for seed in range(SPLITS):
        held_out = set(np.random.default_rng(seed).permutation(models)[: len(models) // 2])
        seen = np.array([label not in held_out for label in labels])
        moved = features.values @ fit(features.values[seen], labels[seen], iterations).T
        rates.append(
            [
                sibling_hit_rate(vehicles, rows, NEIGHBOURS, held_out)
                for rows in (moved, features.values)
            ]
        )
    with_model, without = np.mean(rates, axis=0)
    return {
        "sibling_hit_rate_at_10": float(with_model),
        "hit_rate_without_model": float(without),
    }


def fit(values: Matrix, labels: np.ndarray, iterations: int) -> Matrix:
    """The matrix that brings vehicles of one model together, learned from models with siblings."""
    models, counts = np.unique(labels, return_counts=True)
    siblings = np.isin(labels, models[counts > 1])
    analysis = NeighborhoodComponentsAnalysis(init="identity", max_iter=iterations, random_state=0)
    matrix: Matrix = analysis.fit(values[siblings], labels[siblings]).components_
    # The analysis is free in the scale: with the one that the features have, a similarity
    # means what it meant before.
    return matrix * (_typical_distance(values) / _typical_distance(values @ matrix.T))


def _typical_distance(values: Matrix) -> float:
    _, similarity = nearest(values)
    return float(np.median(1 / similarity[:, NEIGHBOURS - 1] - 1))


def labels_of(vehicles: Sequence[Vehicle]) -> np.ndarray:
    """`Ford Pinto`, whatever the year."""
    return np.array([f"{vehicle.maker} {vehicle.model}" for vehicle in vehicles])


def register(
    environ: Mapping[str, str],
    features: FeatureTable,
    matrix: Matrix,
    parameters: Mapping[str, int],
    metrics: Mapping[str, float],
) -> str:
    """Logs a run with its model, registers that, and puts it in Staging; gives the version."""
    import mlflow  # noqa: PLC0415 - takes seconds, and --help needs none of it

    mlflow.set_tracking_uri(environ["MLFLOW_TRACKING_URI"])
    mlflow.set_experiment(environ.get("MLFLOW_EXPERIMENT_NAME", MODEL))
    frame = as_frame(features)
    with mlflow.start_run(), tempfile.TemporaryDirectory() as folder:
        weights = Path(folder) / "weights.json"
        document = {"columns": list(features.columns), "matrix": matrix.tolist()}
        weights.write_text(json.dumps(document), "utf-8")
        mlflow.log_params(dict(parameters))
        mlflow.log_metrics(dict(metrics))
        logged = mlflow.pyfunc.log_model(
            name="model",
            python_model=str(STEPS / "embedding.py"),
            artifacts={"weights": str(weights)},
            input_example=frame.head(3),
            pip_requirements=str(STEPS.parent / "requirements.txt"),
            registered_model_name=MODEL,
        )
    version = str(logged.registered_model_version)
    with warnings.catch_warnings():
        # Stages are deprecated; this workspace goes by them, as its esteira.yaml says.
        warnings.simplefilter("ignore", FutureWarning)
        mlflow.MlflowClient().transition_model_version_stage(
            name=MODEL, version=version, stage="Staging", archive_existing_versions=True
        )
    return version


if __name__ == "__main__":
    main(os.environ)
