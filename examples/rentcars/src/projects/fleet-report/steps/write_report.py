"""Step `write_report`: one page on the fleet, from what the steps before it left.

Leaves `report.md`, and prints the same figures.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

from artifacts import Artifacts

HEADINGS = ("maker", "vehicles", "years", "km/l", "hp", "thriftiest")
RIGHT_ALIGNED = frozenset({1, 3, 4})


def main(environ: Mapping[str, str]) -> None:
    artifacts = Artifacts.of_run(environ)
    makers = artifacts.read_json("list_makers/makers.json")
    rows = [as_row(artifacts.read_json(f"describe_maker/{maker}.json")) for maker in makers]
    findings = artifacts.read_json("check_quality/quality.json")
    artifacts.write("write_report/report.md", as_markdown(rows, findings))
    print("\n".join(as_table(rows)))
    print()
    print(f"left in  {artifacts.uri('write_report/report.md')}")


def as_row(description: Mapping[str, Any]) -> tuple[str, ...]:
    """The cells of a maker, in the order of `HEADINGS`."""
    return (
        description["maker"],
        str(description["vehicles"]),
        f"{description['first_year']}-{description['last_year']}",
        _figure(description["km_per_l"], 1),
        _figure(description["horsepower"], 0),
        description["thriftiest"] or "unknown",
    )


def _figure(value: float | None, digits: int) -> str:
    return "?" if value is None else f"{value:.{digits}f}"


def as_table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Aligned lines with a heading."""
    table = [HEADINGS, *rows]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return ["  ".join(_align(row, widths)).rstrip() for row in table]


def _align(row: Sequence[str], widths: Sequence[int]) -> list[str]:
    return [
        cell.rjust(width) if column in RIGHT_ALIGNED else cell.ljust(width)
        for column, (cell, width) in enumerate(zip(row, widths, strict=True))
    ]


def as_markdown(rows: Sequence[Sequence[str]], findings: Mapping[str, int]) -> str:
    """The report as a page."""
    rule = ["--:" if column in RIGHT_ALIGNED else "---" for column in range(len(HEADINGS))]
    return "\n".join(
        [
            "# Fleet report",
            "",
            "## Largest makers",
            "",
            *(f"| {' | '.join(row)} |" for row in (HEADINGS, rule, *rows)),
            "",
            "## Quality of the data",
            "",
            *(f"- {count} vehicles {problem}" for problem, count in findings.items()),
            "",
        ]
    )


if __name__ == "__main__":
    main(os.environ)
