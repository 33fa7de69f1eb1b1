"""The vehicle catalogue: real car models of 1970 to 1982, cleaned and in metric units."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CATALOGUE = Path(__file__).parents[1] / "data" / "cars.json"
KM_PER_L = 0.425144  # of one mile per US gallon
KG = 0.453592  # of one pound
LITRES = 0.0163871  # of one cubic inch

# What the source misspells at the start of a name, and what it means.
MAKER_SPELLINGS: Mapping[str, str] = {
    "capri": "mercury capri",
    "chevroelt": "chevrolet",
    "chevy": "chevrolet",
    "hi": "international",
    "maxda": "mazda",
    "mercedes benz": "mercedes-benz",
    "toyouta": "toyota",
    "vokswagen": "volkswagen",
    "vw": "volkswagen",
}
MODEL_SPELLINGS: Mapping[str, str] = {"Accelerationord": "accord", "town @": "town &"}


@dataclass(frozen=True, slots=True)
class Vehicle:
    """One vehicle of the catalogue. `None` is a figure that the source doesn't know."""

    id: str
    maker: str
    model: str
    year: int
    origin: str
    cylinders: int
    displacement_l: float
    power_hp: float | None
    weight_kg: float
    seconds_to_60_mph: float
    km_per_l: float | None

    @property
    def name(self) -> str:
        return " ".join(part for part in (self.maker, self.model, str(self.year)) if part)


def read_catalogue() -> list[Vehicle]:
    """The vehicles of `data/cars.json`."""
    return clean(json.loads(CATALOGUE.read_bytes()))


def clean(records: Iterable[Mapping[str, Any]]) -> list[Vehicle]:
    """Vehicles from the records of `data/cars.json`, in the same order, with unique ids."""
    seen: Counter[str] = Counter()
    vehicles = []
    for record in records:
        vehicle = _vehicle(record, seen)
        seen[_slug(vehicle.name)] += 1
        vehicles.append(vehicle)
    return vehicles


def _vehicle(record: Mapping[str, Any], seen: Mapping[str, int]) -> Vehicle:
    maker, model = split_name(record["Name"])
    year = int(record["Year"][:4])
    slug = _slug(f"{maker} {model} {year}")
    variant = seen.get(slug, 0) + 1
    return Vehicle(
        id=slug if variant == 1 else f"{slug}-{variant}",
        maker=maker,
        model=model,
        year=year,
        origin=record["Origin"],
        cylinders=record["Cylinders"],
        displacement_l=round(record["Displacement"] * LITRES, 2),
        power_hp=record["Horsepower"],
        weight_kg=round(record["Weight_in_lbs"] * KG, 1),
        seconds_to_60_mph=record["Acceleration"],
        km_per_l=_converted(record["Miles_per_Gallon"], KM_PER_L),
    )


def split_name(name: str) -> tuple[str, str]:
    """`("Volkswagen", "Rabbit Custom")` from a raw name such as `vw rabbit custom`."""
    spelled = " ".join(name.split())
    for wrong, right in MODEL_SPELLINGS.items():
        spelled = spelled.replace(wrong, right)
    for wrong, right in MAKER_SPELLINGS.items():
        spelled = re.sub(rf"^{re.escape(wrong)}\b(?!-)", right, spelled)
    maker, _, model = spelled.partition(" ")
    return _capitalise(maker), " ".join(_capitalise(word) for word in model.split())


def _capitalise(word: str) -> str:
    """`Pinto`, `Mercedes-Benz`, but `BMW`, `GL`, `B210` and `III` where it is an abbreviation."""
    letters = re.sub(r"[^a-z]", "", word)
    abbreviation = (
        len(letters) in (1, 2)
        or re.search(r"\d", word)
        or not re.search(r"[aeiouy]", letters)
        or word in {"amc", "iii"}
    )
    return word.upper() if abbreviation else re.sub(r"[a-z]+", lambda m: m[0].capitalize(), word)


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def _converted(value: float | None, factor: float) -> float | None:
    return None if value is None else round(value * factor, 1)
