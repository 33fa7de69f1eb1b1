"""The model as MLflow keeps it: this file, and the weights as JSON. Nothing is unpickled."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from mlflow.models import set_model
from mlflow.pyfunc import PythonModel, PythonModelContext


class Embedding(PythonModel):
    """Moves vehicles, given by their features, to where similar ones are near each other."""

    def load_context(self, context: PythonModelContext) -> None:
        weights = json.loads(Path(context.artifacts["weights"]).read_bytes())
        self.columns: list[str] = weights["columns"]
        self.matrix = np.array(weights["matrix"])

    def predict(
        self,
        context: PythonModelContext,
        model_input: pd.DataFrame,
        params: dict[str, Any] | None = None,
    ) -> np.ndarray:
        moved: np.ndarray = model_input[self.columns].to_numpy() @ self.matrix.T
        return moved


set_model(Embedding())
