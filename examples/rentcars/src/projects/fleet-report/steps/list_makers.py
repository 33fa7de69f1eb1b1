"""Step `list_makers`: the makers with the most vehicles, as many as the parameter `top` asks for.

Leaves `makers.json`, a list of names: the pipeline runs `describe_maker` once for each.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping, Sequence

from artifacts import Artifacts
from fleet import Vehicle, read_fleet


def main(environ: Mapping[str, str]) -> None:
    top = parse_top(environ.get("ESTEIRA_PARAM_TOP", "5"))
    fleet = read_fleet()
    makers = largest_makers(fleet, top)
    artifacts = Artifacts.of_run(environ)
    artifacts.write_json("list_makers/makers.json", makers)
    print(f"{len(fleet)} vehicles; the {len(makers)} largest makers: {', '.join(makers)}")


def parse_top(text: str) -> int:
    """The parameter `top` as a number of makers."""
    if not text.isdecimal() or int(text) == 0:
        raise SystemExit(
            f"The parameter top is how many makers to report, such as 5, and not {text!r}."
        )
    return int(text)


def largest_makers(fleet: Sequence[Vehicle], top: int) -> list[str]:
    """Makers by number of vehicles, most first; in alphabetical order where equal."""
    vehicles = Counter(vehicle.maker for vehicle in fleet)
    return sorted(vehicles, key=lambda maker: (-vehicles[maker], maker))[:top]


if __name__ == "__main__":
    main(os.environ)
