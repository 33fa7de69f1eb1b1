from __future__ import annotations

import unittest

from check_quality import find_problems
from describe_maker import describe, summary
from fleet import Vehicle, read_fleet
from list_makers import largest_makers, parse_top
from write_report import as_markdown, as_row, as_table

FLEET = [
    Vehicle("ford pinto", 1975, 83, 10.0),
    Vehicle("ford pinto", 1975, None, 8.0),
    Vehicle("ford fiesta", 1978, 66, 15.0),
    Vehicle("vw rabbit", 1976, 71, 12.0),
    Vehicle("citroen ds-21", 1970, None, None),
]


class Fleet(unittest.TestCase):
    def test_the_file_has_406_vehicles_of_30_makers(self) -> None:
        fleet = read_fleet()
        self.assertEqual(len(fleet), 406)
        self.assertEqual(len({vehicle.maker for vehicle in fleet}), 30)
        self.assertEqual(fleet[0].name, "chevrolet chevelle malibu")
        self.assertAlmostEqual(fleet[0].km_per_l or 0, 7.65, places=2)

    def test_a_maker_has_one_spelling(self) -> None:
        self.assertEqual(FLEET[3].maker, "volkswagen")


class Makers(unittest.TestCase):
    def test_the_largest_come_first_and_equals_in_alphabetical_order(self) -> None:
        self.assertEqual(largest_makers(FLEET, 2), ["ford", "citroen"])
        self.assertEqual(largest_makers(FLEET, 9), ["ford", "citroen", "volkswagen"])

    def test_top_is_a_number_of_makers(self) -> None:
        self.assertEqual(parse_top("12"), 12)
        for text in ("0", "-1", "1.5", "five", ""):
            with self.subTest(text), self.assertRaises(SystemExit) as stopped:
                parse_top(text)
            self.assertEqual(
                str(stopped.exception),
                f"The parameter top is how many makers to report, such as 5, and not {text!r}.",
            )


class Description(unittest.TestCase):
    def test_means_leave_out_what_is_unknown(self) -> None:
        self.assertEqual(
            describe("ford", FLEET),
            {
                "maker": "ford",
                "vehicles": 3,
                "first_year": 1975,
                "last_year": 1978,
                "km_per_l": 11.0,
                "horsepower": 74.5,
                "thriftiest": "ford fiesta 1978",
            },
        )

    def test_a_maker_of_whom_nothing_is_known_is_described_all_the_same(self) -> None:
        description = describe("citroen", FLEET)
        self.assertEqual(summary(description), "fuel economy unknown")
        self.assertEqual(as_row(description), ("citroen", "1", "1970-1970", "?", "?", "unknown"))

    def test_every_maker_of_the_real_fleet_can_be_described(self) -> None:
        fleet = read_fleet()
        for maker in largest_makers(fleet, top=99):
            self.assertGreater(describe(maker, fleet)["vehicles"], 0)

    def test_a_maker_that_is_not_in_the_fleet_is_refused(self) -> None:
        with self.assertRaisesRegex(SystemExit, "^ESTEIRA_ITEM .* made by 'tesla'.$"):
            describe("tesla", FLEET)


class Quality(unittest.TestCase):
    def test_problems_are_counted(self) -> None:
        self.assertEqual(
            find_problems(FLEET),
            {
                "without fuel economy": 1,
                "without horsepower": 2,
                "with a name and year that another has": 1,
                "with a misspelled maker": 1,
            },
        )


class Report(unittest.TestCase):
    ROW = as_row(describe("ford", FLEET))

    def test_the_table_is_aligned(self) -> None:
        self.assertEqual(
            as_table([self.ROW]),
            [
                "maker  vehicles  years      km/l  hp  thriftiest",
                "ford          3  1975-1978  11.0  74  ford fiesta 1978",
            ],
        )

    def test_the_page_has_both_parts(self) -> None:
        self.assertEqual(
            as_markdown([self.ROW], {"without horsepower": 2}),
            "# Fleet report\n"
            "\n"
            "## Largest makers\n"
            "\n"
            "| maker | vehicles | years | km/l | hp | thriftiest |\n"
            "| --- | --: | --- | --: | --: | --- |\n"
            "| ford | 3 | 1975-1978 | 11.0 | 74 | ford fiesta 1978 |\n"
            "\n"
            "## Quality of the data\n"
            "\n"
            "- 2 vehicles without horsepower\n",
        )
