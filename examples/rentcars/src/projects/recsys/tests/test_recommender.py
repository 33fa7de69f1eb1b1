from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from features import build_features
from recommender import MAX_OF_ONE_MAKER, measure, nearest, quality_of, recommend
from vehicles import Vehicle


def vehicle(maker: str, model: str, year: int = 1980, km_per_l: float | None = 10.0) -> Vehicle:
    return Vehicle(
        id=f"{maker}-{model}-{year}",
        maker=maker,
        model=model,
        year=year,
        origin="Japan",
        cylinders=4,
        displacement_l=1.5,
        power_hp=70,
        weight_kg=900,
        seconds_to_60_mph=16,
        km_per_l=km_per_l,
    )


def on_a_line(*places: float) -> np.ndarray:
    return np.array([[place] for place in places])


def test_the_nearest_come_first_and_never_the_vehicle_itself() -> None:
    order, similarity = nearest(on_a_line(0, 3, 1))
    assert order[0].tolist() == [2, 1]
    assert similarity[0].tolist() == pytest.approx([1 / 2, 1 / 4])


def test_quality_is_thrift_and_newness() -> None:
    quality = quality_of(
        [
            vehicle("Ford", "Torino", 1970, 5.0),
            vehicle("Honda", "Civic", 1982, 15.0),
            vehicle("Saab", "900S", 1976, None),  # unknown thrift counts as typical
        ]
    )
    assert quality.tolist() == [0.0, 1.0, 0.5]


def test_of_two_vehicles_equally_near_the_better_one_is_offered_first() -> None:
    vehicles = [
        vehicle("Ford", "Pinto", 1976),
        vehicle("Ford", "Torino", 1970, 5.0),
        vehicle("Honda", "Civic", 1982, 15.0),
    ]
    first, *_ = recommend(vehicles, on_a_line(0, 1, -1))
    assert [offer.index for offer in first] == [2, 1]


def test_a_list_has_no_model_twice_nor_the_vehicles_own() -> None:
    vehicles = [
        vehicle("Honda", "Civic", 1979),
        vehicle("Honda", "Civic", 1980),
        vehicle("Mazda", "GLC", 1980),
        vehicle("Mazda", "GLC", 1981),
    ]
    first, *_ = recommend(vehicles, on_a_line(0, 1, 2, 3))
    assert [offer.index for offer in first] == [2]


def test_the_real_lists_are_full_ranked_and_varied(catalogue: list[Vehicle]) -> None:
    offers = recommend(catalogue, build_features(catalogue).values, count=5)
    assert len(offers) == len(catalogue)
    for own, listed in enumerate(offers):
        scores = [offer.score for offer in listed]
        makers = Counter(catalogue[offer.index].maker for offer in listed)
        assert len(listed) == 5
        assert scores == sorted(scores, reverse=True)
        assert own not in [offer.index for offer in listed]
        assert max(makers.values()) <= MAX_OF_ONE_MAKER


def test_the_features_find_other_years_of_a_model(catalogue: list[Vehicle]) -> None:
    features = build_features(catalogue).values
    metrics = measure(catalogue, features, recommend(catalogue, features))
    assert metrics["vehicles"] == 406
    assert metrics["offers"] == 5 * 406
    assert metrics["coverage"] > 0.9
    assert 0.5 < metrics["mean_similarity"] < 1
    assert metrics["sibling_hit_rate_at_10"] > 0.4  # by chance it would be 0.05


def test_measures_of_nothing_are_zero() -> None:
    vehicles = [vehicle("Ford", "Pinto"), vehicle("Honda", "Civic")]
    assert measure(vehicles, on_a_line(0, 1), [[], []]) == {
        "vehicles": 2,
        "offers": 0,
        "coverage": 0.0,
        "mean_similarity": 0.0,
        "mean_makers_in_a_list": 0.0,
        "mean_gain_km_per_l": 0.0,
        "sibling_hit_rate_at_10": 0.0,
    }
