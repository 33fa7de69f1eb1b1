"""Content-based recommendation: for each vehicle, others like it that are good to offer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sklearn.neighbors import NearestNeighbors

from features import Matrix
from vehicles import Vehicle

QUALITY_WEIGHT = 0.2  # of the score; similarity has the rest
MAX_OF_ONE_MAKER = 2  # in one list, so that a customer sees a choice
CANDIDATES = 60  # nearest vehicles among which a list is picked


@dataclass(frozen=True, slots=True)
class Offer:
    """A vehicle to recommend. Similarity and score lie between 0 and 1; more is better."""

    index: int
    similarity: float
    score: float


def recommend(vehicles: Sequence[Vehicle], features: Matrix, count: int = 5) -> list[list[Offer]]:
    """For each vehicle its best `count` offers, best first; each of another model."""
    order, similarity = nearest(features)
    quality = quality_of(vehicles)
    return [
        _pick(vehicles, own, _ranked(order[own], similarity[own], quality), count)
        for own in range(len(vehicles))
    ]


def nearest(features: Matrix) -> tuple[npt.NDArray[np.intp], Matrix]:
    """For each row the rows nearest to it, nearest first, and how similar each is."""
    neighbours = min(CANDIDATES, len(features) - 1)
    distance, order = NearestNeighbors(n_neighbors=neighbours).fit(features).kneighbors()
    return order, 1.0 / (1.0 + distance)


def quality_of(vehicles: Sequence[Vehicle]) -> Matrix:
    """0 to 1: how thrifty and how new a vehicle is, by its rank in the catalogue."""
    km_per_l = [vehicle.km_per_l for vehicle in vehicles]
    typical = float(np.median([value for value in km_per_l if value is not None]))
    thrift = _rank(np.array([typical if value is None else value for value in km_per_l]))
    newness = _rank(np.array([float(vehicle.year) for vehicle in vehicles]))
    return (thrift + newness) / 2


def _rank(values: Matrix) -> Matrix:
    """The share of the other values that each value is above, ties counted half."""
    below = (values[:, None] > values[None, :]).sum(axis=1)
    ties = (values[:, None] == values[None, :]).sum(axis=1) - 1
    ranks: Matrix = (below + ties / 2) / max(len(values) - 1, 1)
    return ranks


def _ranked(order: npt.NDArray[np.intp], similarity: Matrix, quality: Matrix) -> Iterator[Offer]:
    score = (1 - QUALITY_WEIGHT) * similarity + QUALITY_WEIGHT * quality[order]
    for place in np.argsort(-score, kind="stable"):
        yield Offer(int(order[place]), float(similarity[place]), float(score[place]))


def _pick(
    vehicles: Sequence[Vehicle], own: int, ranked: Iterator[Offer], count: int
) -> list[Offer]:
    """The first offers of `ranked` that are new to the list: no model twice, few of a maker."""
    models = {(vehicles[own].maker, vehicles[own].model)}
    makers: Counter[str] = Counter()
    picked: list[Offer] = []
    for offer in ranked:
        if len(picked) == count:
            break
        vehicle = vehicles[offer.index]
        model = (vehicle.maker, vehicle.model)
        if model not in models and makers[vehicle.maker] < MAX_OF_ONE_MAKER:
            models.add(model)
            makers[vehicle.maker] += 1
            picked.append(offer)
    return picked


def measure(
    vehicles: Sequence[Vehicle], features: Matrix, offers: Sequence[Sequence[Offer]]
) -> dict[str, float | int]:
    """What tells a good set of lists from a bad one; shares and similarities are 0 to 1.

    `sibling_hit_rate_at_10` is the test of the features: of the vehicles whose model is in
    the catalogue for other years too, the share that finds one of these among its ten nearest.
    """
    everything = [offer for own in offers for offer in own]
    gains = [
        offered - own
        for vehicle, listed in zip(vehicles, offers, strict=True)
        for offer in listed
        if (own := vehicle.km_per_l) and (offered := vehicles[offer.index].km_per_l)
    ]
    return {
        "vehicles": len(vehicles),
        "offers": len(everything),
        "coverage": _share(len({offer.index for offer in everything}), len(vehicles)),
        "mean_similarity": _mean([offer.similarity for offer in everything]),
        "mean_makers_in_a_list": _mean(
            [len({vehicles[offer.index].maker for offer in own}) for own in offers]
        ),
        "mean_gain_km_per_l": _mean(gains),
        "sibling_hit_rate_at_10": sibling_hit_rate(vehicles, features, within=10),
    }


def sibling_hit_rate(
    vehicles: Sequence[Vehicle],
    features: Matrix,
    within: int,
    only: Container[str] | None = None,
) -> float:
    """Of the vehicles with siblings, the share that finds one among its nearest; see `measure`.

    `only` names the models that count, such as `Ford Pinto`; by default all do.
    """
    models = [f"{vehicle.maker} {vehicle.model}" for vehicle in vehicles]
    in_catalogue = Counter(models)
    order, _ = nearest(features)
    hits = [
        any(models[other] == model for other in near[:within])
        for model, near in zip(models, order, strict=True)
        if in_catalogue[model] > 1 and (only is None or model in only)
    ]
    return _share(sum(hits), len(hits))


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0


def _mean(values: Sequence[float]) -> float:
    return round(float(np.mean(values)), 4) if values else 0.0
