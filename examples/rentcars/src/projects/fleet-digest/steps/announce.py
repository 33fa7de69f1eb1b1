"""Step `announce`: says that the fleet's report is there, and for which time."""

from __future__ import annotations

import os
from collections.abc import Mapping


def main(environ: Mapping[str, str]) -> None:
    print(f"the fleet's report for {environ['ESTEIRA_SCHEDULED_TIME']} is ready")


if __name__ == "__main__":
    main(os.environ)
