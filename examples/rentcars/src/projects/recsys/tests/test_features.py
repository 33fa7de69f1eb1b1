from __future__ import annotations

from dataclasses import replace

import numpy as np

from features import MEASURES, FeatureTable, build_features, count_unknown
from vehicles import Vehicle


def test_measures_are_scaled_and_origins_become_columns(catalogue: list[Vehicle]) -> None:
    table = build_features(catalogue)
    assert table.columns == (*MEASURES, "origin_europe", "origin_japan", "origin_usa")
    measures = table.values[:, : len(MEASURES)]
    np.testing.assert_allclose(measures.mean(axis=0), 0, atol=0.05)
    np.testing.assert_allclose(measures.std(axis=0), 1, atol=0.05)
    assert set(table.values[:, len(MEASURES) :].sum(axis=1)) == {0.5}


def test_an_unknown_figure_is_taken_from_similar_vehicles(catalogue: list[Vehicle]) -> None:
    known = build_features(catalogue)
    column = MEASURES.index("power_hp")
    strongest = max(range(len(catalogue)), key=lambda index: catalogue[index].power_hp or 0)
    without = [*catalogue]
    without[strongest] = replace(catalogue[strongest], power_hp=None)

    filled = build_features(without).values[strongest, column]

    assert known.values[strongest, column] > 3
    assert filled > 1.5  # far above the mean, which is 0


def test_no_figure_stays_unknown(catalogue: list[Vehicle]) -> None:
    assert count_unknown(catalogue) == {"power_hp": 6, "km_per_l": 8}
    assert np.isfinite(build_features(catalogue).values).all()


def test_a_table_survives_its_file(catalogue: list[Vehicle]) -> None:
    table = build_features(catalogue)
    again = FeatureTable.from_bytes(table.to_bytes())
    assert again.columns == table.columns
    np.testing.assert_array_equal(again.values, table.values)
