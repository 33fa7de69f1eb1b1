"""Step `describe_maker`: figures of one maker, named by `ESTEIRA_ITEM`.

Leaves `MAKER.json`. It runs once for each maker, several at a time.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from statistics import mean
from typing import Any

from artifacts import Artifacts
from fleet import Vehicle, read_fleet


def main(environ: Mapping[str, str]) -> None:
    maker = environ.get("ESTEIRA_ITEM", "")
    description = describe(maker, read_fleet())
    Artifacts.of_run(environ).write_json(f"describe_maker/{maker}.json", description)
    print(f"{maker:<12}  {description['vehicles']:>3} vehicles, {summary(description)}")


def summary(description: Mapping[str, Any]) -> str:
    km_per_l = description["km_per_l"]
    return "fuel economy unknown" if km_per_l is None else f"{km_per_l:.1f} km/l on average"


def describe(maker: str, fleet: Sequence[Vehicle]) -> dict[str, Any]:
    """Figures of the vehicles of `maker`. A mean leaves out vehicles that lack the figure."""
    own = [vehicle for vehicle in fleet if vehicle.maker == maker]
    if not own:
        raise SystemExit(
            f"ESTEIRA_ITEM names the maker to describe, and no vehicle is made by {maker!r}."
        )
    return {
        "maker": maker,
        "vehicles": len(own),
        "first_year": min(vehicle.year for vehicle in own),
        "last_year": max(vehicle.year for vehicle in own),
        "km_per_l": known_mean(vehicle.km_per_l for vehicle in own),
        "horsepower": known_mean(vehicle.horsepower for vehicle in own),
        "thriftiest": thriftiest(own),
    }


def known_mean(figures: Iterable[float | None]) -> float | None:
    """The mean of the figures that are known; `None` when none is."""
    known = [figure for figure in figures if figure is not None]
    return round(mean(known), 2) if known else None


def thriftiest(vehicles: Iterable[Vehicle]) -> str | None:
    """Name and year of the vehicle that goes farthest on a litre."""
    known = [
        (vehicle.km_per_l, f"{vehicle.name} {vehicle.year}")
        for vehicle in vehicles
        if vehicle.km_per_l is not None
    ]
    return max(known)[1] if known else None


if __name__ == "__main__":
    main(os.environ)
