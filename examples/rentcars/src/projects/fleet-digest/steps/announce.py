"""Step `announce`: writes to each store that the fleet's report is there, and for which time.

How many it writes to is a metric, and `checks` in config.yaml says how many there must be.
"""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Mapping
from pathlib import Path

READERS = Path(__file__).parent.parent / "data" / "readers.csv"


def main(environ: Mapping[str, str]) -> None:
    time = environ["ESTEIRA_SCHEDULED_TIME"]
    readers = read_readers()
    for reader in readers:
        print(f"to {reader['mail']}: the fleet's report for {time} is ready")
    artifacts = Path(environ["ESTEIRA_ARTIFACTS_DIR"])
    (artifacts / "metrics.json").write_text(json.dumps({"readers": len(readers)}), encoding="utf-8")
    report = Path(environ["ESTEIRA_REPORT_DIR"]) / "digest.md"
    report.write_text(digest(readers, time), encoding="utf-8")


def read_readers() -> list[dict[str, str]]:
    """Those who have an address."""
    with READERS.open(encoding="utf-8", newline="") as file:
        return [reader for reader in csv.DictReader(file, delimiter=",") if reader.get("mail")]


def digest(readers: list[dict[str, str]], time: str) -> str:
    """For people, in Markdown: who was written to."""
    rows = "".join(f"| {reader['store']} | {reader['mail']} |\n" for reader in readers)
    return f"# The fleet's report for {time} is ready\n\n| store | address |\n| --- | --- |\n{rows}"


if __name__ == "__main__":
    main(os.environ)
