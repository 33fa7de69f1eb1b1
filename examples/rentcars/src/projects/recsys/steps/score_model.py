"""Step `score_model`: recommends, for each vehicle, similar ones that are good to offer.

Loads the registered model from MLflow, where the environment has one.
Leaves `recommendations.json` and `metrics.json`.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from artifacts import artifact_uri, read_bytes, read_json, write_json
from features import FeatureTable
from recommender import Offer, measure, recommend
from registry import apply_model
from vehicles import Vehicle

SHOWN = 5


def main(environ: Mapping[str, str]) -> None:
    catalogue = read_json(artifact_uri(environ, "extract_features", "vehicles.json"))
    vehicles = [Vehicle(**record) for record in catalogue]
    content = read_bytes(artifact_uri(environ, "extract_features", "features.npz"))
    features, model = apply_model(environ, FeatureTable.from_bytes(content))

    offers = recommend(vehicles, features)
    metrics = measure(vehicles, features, offers)
    recommendations_uri = artifact_uri(environ, "score_model", "recommendations.json")
    write_json(recommendations_uri, as_document(vehicles, offers))
    write_json(artifact_uri(environ, "score_model", "metrics.json"), metrics)

    print("\n".join(top_list(vehicles, offers, SHOWN)))
    print()
    print(f"coverage         {metrics['coverage']:.0%} of {metrics['vehicles']} vehicles offered")
    print(f"mean similarity  {metrics['mean_similarity']:.2f}")
    print(f"sibling hits     {metrics['sibling_hit_rate_at_10']:.0%} within the ten nearest")
    print(f"model            {model}")
    print(f"left in          {recommendations_uri}")


def as_document(
    vehicles: Sequence[Vehicle], offers: Sequence[Sequence[Offer]]
) -> list[dict[str, Any]]:
    """What `recommendations.json` holds: a list of vehicles, each with its offers, best first."""
    return [
        {
            "vehicle": vehicle.id,
            "name": vehicle.name,
            "recommendations": [
                {
                    "vehicle": vehicles[offer.index].id,
                    "name": vehicles[offer.index].name,
                    "similarity": round(offer.similarity, 4),
                    "score": round(offer.score, 4),
                }
                for offer in listed
            ],
        }
        for vehicle, listed in zip(vehicles, offers, strict=True)
    ]


def top_list(
    vehicles: Sequence[Vehicle], offers: Sequence[Sequence[Offer]], count: int
) -> list[str]:
    """Aligned lines: the newest of the `count` longest-lived models, each with its best offers."""
    lines = [f"{'liked':<22}  {'offer':<34}  like it  km/l"]
    for own in _well_known(vehicles, count):
        for place, offer in enumerate(offers[own][:2]):
            liked = vehicles[own].name if place == 0 else ""
            vehicle = vehicles[offer.index]
            thrift = "   ?" if vehicle.km_per_l is None else f"{vehicle.km_per_l:4.1f}"
            lines.append(f"{liked:<22}  {vehicle.name:<34}  {offer.similarity:>7.0%}  {thrift}")
    return lines


def _well_known(vehicles: Sequence[Vehicle], count: int) -> list[int]:
    """Where in the catalogue the last vehicle of each of the models with the most years is."""
    last = {(vehicle.maker, vehicle.model): index for index, vehicle in enumerate(vehicles)}
    years = Counter((vehicle.maker, vehicle.model) for vehicle in vehicles)
    return [last[model] for model, _ in years.most_common(count)]


if __name__ == "__main__":
    main(os.environ)
