"""Vehicles as points: near each other when a customer would take one for the other."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sklearn.impute import KNNImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from vehicles import Vehicle

Matrix = npt.NDArray[np.float64]

MEASURES = (
    "year",
    "cylinders",
    "displacement_l",
    "power_hp",
    "weight_kg",
    "seconds_to_60_mph",
    "km_per_l",
)
ORIGIN_WEIGHT = 0.5  # where a vehicle was made matters less than how it drives


@dataclass(frozen=True, slots=True)
class FeatureTable:
    """One row a vehicle, in the order of the catalogue; one column a feature, unit variance."""

    columns: tuple[str, ...]
    values: Matrix

    def to_bytes(self) -> bytes:
        """A compressed `.npz` archive."""
        buffer = io.BytesIO()
        np.savez_compressed(buffer, columns=np.array(self.columns), values=self.values)
        return buffer.getvalue()

    @staticmethod
    def from_bytes(content: bytes) -> FeatureTable:
        """The table that `to_bytes` wrote. Nothing in it is executed (no pickles)."""
        with np.load(io.BytesIO(content), allow_pickle=False) as archive:
            columns = tuple(str(column) for column in archive["columns"])
            return FeatureTable(columns, archive["values"])


def build_features(vehicles: Sequence[Vehicle]) -> FeatureTable:
    """Scales the measures and fills unknown ones in from the five most similar vehicles."""
    origins = sorted({vehicle.origin for vehicle in vehicles})
    made_in = [[vehicle.origin == origin for origin in origins] for vehicle in vehicles]
    scale_and_fill = make_pipeline(StandardScaler(), KNNImputer(n_neighbors=5))
    return FeatureTable(
        columns=(*MEASURES, *(f"origin_{origin.lower()}" for origin in origins)),
        values=np.hstack(
            [scale_and_fill.fit_transform(_measures(vehicles)), ORIGIN_WEIGHT * np.array(made_in)]
        ),
    )


def count_unknown(vehicles: Sequence[Vehicle]) -> dict[str, int]:
    """How many vehicles lack each measure, only of those that some vehicle lacks."""
    unknown = np.isnan(_measures(vehicles)).sum(axis=0)
    return {name: int(count) for name, count in zip(MEASURES, unknown, strict=True) if count}


def _measures(vehicles: Sequence[Vehicle]) -> Matrix:
    rows = [[getattr(vehicle, name) for name in MEASURES] for vehicle in vehicles]
    return np.array(rows, dtype=np.float64)  # None becomes NaN
