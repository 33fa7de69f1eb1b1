"""The steps as the pipeline runs them: processes that share nothing but the artifacts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

PROJECT = Path(__file__).parents[1]


class Pipeline(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.artifacts = Path(folder.name)

    def run_step(self, step: str, **environ: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, f"steps/{step}.py"],
            cwd=PROJECT,
            env={
                **os.environ,
                "ESTEIRA_ARTIFACTS_URI": f"{self.artifacts.as_uri()}/",
                **environ,
            },
            capture_output=True,
            text=True,
            check=False,
        )

    def test_the_report_is_written_from_what_the_steps_leave(self) -> None:
        listed = self.run_step("list_makers", ESTEIRA_PARAM_TOP="2")
        self.assertEqual(
            listed.stdout, "406 vehicles; the 2 largest makers: ford, chevrolet\n", listed.stderr
        )
        makers = json.loads((self.artifacts / "list_makers" / "makers.json").read_text())
        self.assertEqual(makers, ["ford", "chevrolet"])

        described = [self.run_step("describe_maker", ESTEIRA_ITEM=maker) for maker in makers]
        self.assertEqual(
            [step.stdout for step in described],
            [
                "ford           53 vehicles, 8.4 km/l on average\n",
                "chevrolet      48 vehicles, 8.6 km/l on average\n",
            ],
        )

        first = self.run_step("check_quality")
        self.assertEqual((first.returncode, first.stdout), (1, ""))
        self.assertEqual(first.stderr, "The fleet's source is busy (on purpose). Try again.\n")
        second = self.run_step("check_quality")
        self.assertEqual((second.returncode, second.stderr), (0, ""))
        self.assertEqual(
            second.stdout,
            " 406 vehicles checked\n"
            "   8 without fuel economy\n"
            "   6 without horsepower\n"
            "   3 with a name and year that another has\n"
            "  17 with a misspelled maker\n",
        )

        written = self.run_step("write_report")
        self.assertEqual((written.returncode, written.stderr), (0, ""))
        self.assertEqual(
            written.stdout,
            "maker      vehicles  years      km/l   hp  thriftiest\n"
            "ford             53  1970-1982   8.4  114  ford fiesta 1978\n"
            "chevrolet        48  1970-1982   8.6  116  chevrolet cavalier 2-door 1982\n"
            "\n"
            f"left in  {self.artifacts.as_uri()}/write_report/report.md\n",
        )
        page = (self.artifacts / "write_report" / "report.md").read_text("utf-8")
        self.assertIn("| ford | 53 | 1970-1982 | 8.4 | 114 | ford fiesta 1978 |", page)
        self.assertIn("- 17 vehicles with a misspelled maker", page)

    def test_a_bad_parameter_fails_before_anything_is_written(self) -> None:
        step = self.run_step("list_makers", ESTEIRA_PARAM_TOP="many")
        self.assertEqual(step.returncode, 1)
        self.assertEqual(
            step.stderr,
            "The parameter top is how many makers to report, such as 5, and not 'many'.\n",
        )
        self.assertEqual(list(self.artifacts.iterdir()), [])

    def test_the_source_is_busy_as_often_as_the_parameter_says(self) -> None:
        codes = [
            self.run_step("check_quality", ESTEIRA_PARAM_BUSY="2").returncode for _ in range(3)
        ]
        self.assertEqual(codes, [1, 1, 0])

    def test_a_bad_number_of_busy_attempts_is_reported(self) -> None:
        step = self.run_step("check_quality", ESTEIRA_PARAM_BUSY="often")
        self.assertEqual(step.returncode, 1)
        self.assertEqual(
            step.stderr,
            "The parameter busy is how many attempts find the source busy, such as 1, "
            "and not 'often'.\n",
        )
