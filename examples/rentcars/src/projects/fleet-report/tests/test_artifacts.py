from __future__ import annotations

import tempfile
import unittest
from pathlib import Path
from unittest.mock import patch

from artifacts import Artifacts


class Files(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name) / "run 1"
        self.artifacts = Artifacts.of_run({"ESTEIRA_ARTIFACTS_URI": f"{self.folder.as_uri()}/"})

    def test_a_file_is_read_as_it_was_last_written(self) -> None:
        self.artifacts.write_json("step/a.json", {"título": 1})
        self.artifacts.write_json("step/a.json", {"título": 2})
        self.assertEqual(self.artifacts.read_json("step/a.json"), {"título": 2})
        self.assertEqual(
            (self.folder / "step" / "a.json").read_text("utf-8"), '{\n  "título": 2\n}\n'
        )

    def test_a_failed_write_keeps_the_file_and_leaves_nothing_beside_it(self) -> None:
        self.artifacts.write("step/a.json", "whole")
        with (
            patch.object(Path, "replace", side_effect=OSError("disk full")),
            self.assertRaisesRegex(OSError, "disk full"),
        ):
            self.artifacts.write("step/a.json", "half")
        contents = [path.read_text() for path in (self.folder / "step").iterdir()]
        self.assertEqual(contents, ["whole"])

    def test_a_file_that_is_not_there_is_not_found(self) -> None:
        with self.assertRaises(FileNotFoundError):
            self.artifacts.read("step/none.json")


class Addresses(unittest.TestCase):
    def test_a_file_of_a_step_has_the_address_of_the_run_before_it(self) -> None:
        for root in ("s3://bucket/fleet-report/run-1/", "s3://bucket/fleet-report/run-1"):
            artifacts = Artifacts.of_run({"ESTEIRA_ARTIFACTS_URI": root})
            self.assertEqual(
                artifacts.uri("step/a.json"), "s3://bucket/fleet-report/run-1/step/a.json"
            )

    def test_on_aws_the_file_is_an_object(self) -> None:
        environ = {"ESTEIRA_ARTIFACTS_URI": "s3://bucket/run-1/"}
        artifacts = Artifacts.of_run(environ)
        with patch("s3.put") as put, patch("s3.get", return_value=b"[1]") as get:
            artifacts.write("step/a.json", "[1]")
            self.assertEqual(artifacts.read_json("step/a.json"), [1])
        put.assert_called_once_with("bucket", "run-1/step/a.json", b"[1]", environ)
        get.assert_called_once_with("bucket", "run-1/step/a.json", environ)

    def test_without_an_address_it_says_how_to_start_the_step(self) -> None:
        with self.assertRaises(SystemExit) as stopped:
            Artifacts.of_run({})
        self.assertEqual(
            str(stopped.exception),
            "ESTEIRA_ARTIFACTS_URI must be a file:// or s3:// address of a folder, "
            "and it is ''.\n"
            "Start this step with `esteira run`, or set the variable: "
            "export ESTEIRA_ARTIFACTS_URI=file:///tmp/fleet-report/",
        )
