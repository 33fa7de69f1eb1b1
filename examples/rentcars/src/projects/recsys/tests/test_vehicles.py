from __future__ import annotations

import pytest

from vehicles import Vehicle, clean, split_name

RECORD = {
    "Name": "vw rabbit custom",
    "Miles_per_Gallon": 31.9,
    "Cylinders": 4,
    "Displacement": 89,
    "Horsepower": None,
    "Weight_in_lbs": 1925,
    "Acceleration": 14,
    "Year": "1979-01-01",
    "Origin": "Europe",
}


def test_a_record_becomes_a_vehicle_in_metric_units() -> None:
    assert clean([RECORD]) == [
        Vehicle(
            id="volkswagen-rabbit-custom-1979",
            maker="Volkswagen",
            model="Rabbit Custom",
            year=1979,
            origin="Europe",
            cylinders=4,
            displacement_l=1.46,
            power_hp=None,
            weight_kg=873.2,
            seconds_to_60_mph=14,
            km_per_l=13.6,
        )
    ]


def test_variants_of_one_model_and_year_get_ids_of_their_own() -> None:
    ids = [vehicle.id for vehicle in clean([RECORD, RECORD, {**RECORD, "Year": "1980-01-01"}])]
    assert ids == [
        "volkswagen-rabbit-custom-1979",
        "volkswagen-rabbit-custom-1979-2",
        "volkswagen-rabbit-custom-1980",
    ]


@pytest.mark.parametrize(
    ("raw", "maker", "model"),
    [
        ("chevroelt chevelle malibu", "Chevrolet", "Chevelle Malibu"),
        ("capri ii", "Mercury", "Capri II"),
        ("mercedes benz 300d", "Mercedes-Benz", "300D"),
        ("mercedes-benz 240d", "Mercedes-Benz", "240D"),
        ("honda Accelerationord cvcc", "Honda", "Accord CVCC"),
        ("amc rebel sst (sw)", "AMC", "Rebel SST (SW)"),
        ("plymouth fury iii", "Plymouth", "Fury III"),
        ("plymouth 'cuda 340", "Plymouth", "'Cuda 340"),
        ("chrysler lebaron town @ country (sw)", "Chrysler", "Lebaron Town & Country (SW)"),
        ("subaru", "Subaru", ""),
        ("  ford   pinto ", "Ford", "Pinto"),
    ],
)
def test_names_are_spelled_one_way(raw: str, maker: str, model: str) -> None:
    assert split_name(raw) == (maker, model)


def test_a_vehicle_without_a_model_is_named_by_maker_and_year() -> None:
    assert clean([{**RECORD, "Name": "subaru"}])[0].name == "Subaru 1979"
