"""The registered model: where it is loaded from, and what it is given."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from features import FeatureTable, Matrix

if TYPE_CHECKING:
    import pandas

MODEL = "recsys"


def apply_model(environ: Mapping[str, str], features: FeatureTable) -> tuple[Matrix, str]:
    """The features as the registered model moves them, and where that came from.

    In an environment without an MLflow, such as one machine, they stay as they are.
    """
    if not environ.get("MLFLOW_TRACKING_URI"):
        return (
            features.values,
            "none: MLFLOW_TRACKING_URI is not set, the features stay as they are",
        )
    import mlflow  # noqa: PLC0415 - takes seconds, and is only needed where there is an MLflow

    mlflow.set_tracking_uri(environ["MLFLOW_TRACKING_URI"])
    mlflow.set_experiment(environ["MLFLOW_EXPERIMENT_NAME"])
    # What the deploy found where the environment asks for it: the same in every run until the
    # next deploy, and in dev also what is in Staging.
    uri = environ.get("ESTEIRA_MODEL_URI") or f"models:/{MODEL}/Production"
    model = mlflow.pyfunc.load_model(uri)
    return model.predict(as_frame(features)), uri


def as_frame(features: FeatureTable) -> pandas.DataFrame:
    """The table with its columns' names, which MLflow checks against the model's."""
    import pandas  # noqa: PLC0415

    return pandas.DataFrame(features.values, columns=list(features.columns))
