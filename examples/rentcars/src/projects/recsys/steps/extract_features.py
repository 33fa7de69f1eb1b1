"""Step `extract_features`: cleans the catalogue and turns each vehicle into features.

Leaves `vehicles.json` (the clean catalogue) and `features.npz` (one row a vehicle, same order).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import asdict

from artifacts import artifact_uri, write_bytes, write_json
from features import build_features, count_unknown
from vehicles import read_catalogue


def main(environ: Mapping[str, str]) -> None:
    vehicles = read_catalogue()
    features = build_features(vehicles)
    write_json(
        artifact_uri(environ, "extract_features", "vehicles.json"),
        [asdict(vehicle) for vehicle in vehicles],
    )
    features_uri = artifact_uri(environ, "extract_features", "features.npz")
    write_bytes(features_uri, features.to_bytes())

    rows, columns = features.values.shape
    years = [vehicle.year for vehicle in vehicles]
    makers = {vehicle.maker for vehicle in vehicles}
    unknown = ", ".join(f"{count} {name}" for name, count in count_unknown(vehicles).items())
    print(f"catalogue  {rows} vehicles of {len(makers)} makers, {min(years)} to {max(years)}")
    print(f"filled in  {unknown or 'nothing'}")
    print(f"features   {rows} rows x {columns} columns")
    print(f"left in    {features_uri}")


if __name__ == "__main__":
    main(os.environ)
