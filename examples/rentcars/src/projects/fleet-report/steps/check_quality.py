"""Step `check_quality`: what is wrong with the fleet's data.

Leaves `quality.json`. Its first attempt in a run fails on purpose, as a source that is busy
would make it fail, so that there is a retry to look at: it leaves a marker among the run's
artifacts, and the next attempt finds it.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping, Sequence

from artifacts import Artifacts
from fleet import MAKER_SPELLINGS, Vehicle, read_fleet

MARKER = "check_quality/first-attempt.json"


def main(environ: Mapping[str, str]) -> None:
    artifacts = Artifacts.of_run(environ)
    if not was_tried(artifacts):
        artifacts.write_json(MARKER, {"failed": "on purpose"})
        raise SystemExit("The fleet's source is busy (on purpose, once a run). Try again.")

    fleet = read_fleet()
    findings = find_problems(fleet)
    artifacts.write_json("check_quality/quality.json", findings)
    print(f"{len(fleet):>4} vehicles checked")
    for problem, count in findings.items():
        print(f"{count:>4} {problem}")


def was_tried(artifacts: Artifacts) -> bool:
    """Whether an earlier attempt in this run left its marker."""
    try:
        artifacts.read(MARKER)
    except FileNotFoundError:
        return False
    return True


def find_problems(fleet: Sequence[Vehicle]) -> dict[str, int]:
    """Each kind of problem with the number of vehicles that have it."""
    listed = Counter((vehicle.name, vehicle.year) for vehicle in fleet)
    return {
        "without fuel economy": sum(vehicle.km_per_l is None for vehicle in fleet),
        "without horsepower": sum(vehicle.horsepower is None for vehicle in fleet),
        "with a name and year that another has": sum(listed.values()) - len(listed),
        "with a misspelled maker": sum(
            vehicle.name.split()[0] in MAKER_SPELLINGS for vehicle in fleet
        ),
    }


if __name__ == "__main__":
    main(os.environ)
