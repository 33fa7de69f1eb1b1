"""Step `check_quality`: what is wrong with the fleet's data.

Leaves `quality.json`. Its first attempts in a run fail on purpose, as a source that is busy
would make them fail, so that there is a retry to look at: as many as the parameter `busy` says,
once unless it is set. They are counted among the run's artifacts, which a resumed run keeps.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping, Sequence

from artifacts import Artifacts
from fleet import MAKER_SPELLINGS, Vehicle, read_fleet

ATTEMPTS = "check_quality/failed-attempts.json"


def main(environ: Mapping[str, str]) -> None:
    busy = parse_busy(environ.get("ESTEIRA_PARAM_BUSY", "1"))
    artifacts = Artifacts.of_run(environ)
    failed = failed_attempts(artifacts)
    if failed < busy:
        artifacts.write_json(ATTEMPTS, failed + 1)
        raise SystemExit("The fleet's source is busy (on purpose). Try again.")

    fleet = read_fleet()
    findings = find_problems(fleet)
    artifacts.write_json("check_quality/quality.json", findings)
    print(f"{len(fleet):>4} vehicles checked")
    for problem, count in findings.items():
        print(f"{count:>4} {problem}")


def parse_busy(text: str) -> int:
    """The parameter `busy` as a number of attempts."""
    if not text.isdecimal():
        raise SystemExit(
            "The parameter busy is how many attempts find the source busy, such as 1, "
            f"and not {text!r}."
        )
    return int(text)


def failed_attempts(artifacts: Artifacts) -> int:
    """How many attempts failed before this one, in this run and the one that it continues."""
    try:
        return int(artifacts.read_json(ATTEMPTS))
    except FileNotFoundError:
        return 0


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
