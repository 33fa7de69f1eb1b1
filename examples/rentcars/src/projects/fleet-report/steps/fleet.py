"""The fleet: `data/fleet.csv`, one line a vehicle, as the source has it."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

FLEET = Path(__file__).parents[1] / "data" / "fleet.csv"
KM_PER_L = 0.425144  # of one mile per US gallon

# First words of names in the source that are no maker, and the maker they mean.
MAKER_SPELLINGS: Mapping[str, str] = {
    "capri": "mercury",
    "chevroelt": "chevrolet",
    "chevy": "chevrolet",
    "hi": "international",
    "maxda": "mazda",
    "mercedes": "mercedes-benz",
    "toyouta": "toyota",
    "vokswagen": "volkswagen",
    "vw": "volkswagen",
}


@dataclass(frozen=True, slots=True)
class Vehicle:
    """One vehicle. `None` is a figure that the source doesn't know."""

    name: str
    year: int
    horsepower: float | None
    km_per_l: float | None

    @property
    def maker(self) -> str:
        """In small letters, and one spelling a maker."""
        first = self.name.split()[0]
        return MAKER_SPELLINGS.get(first, first)


def read_fleet(path: Path = FLEET) -> list[Vehicle]:
    """The vehicles of a file, in its order."""
    with path.open(encoding="utf-8", newline="") as file:
        return [_vehicle(row) for row in csv.DictReader(file)]


def _vehicle(row: Mapping[str, str]) -> Vehicle:
    miles_per_gallon = _figure(row["miles_per_gallon"])
    return Vehicle(
        name=row["name"],
        year=int(row["year"]),
        horsepower=_figure(row["horsepower"]),
        km_per_l=None if miles_per_gallon is None else miles_per_gallon * KM_PER_L,
    )


def _figure(text: str) -> float | None:
    return float(text) if text else None
