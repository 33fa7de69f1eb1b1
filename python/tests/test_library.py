"""Tests of the library, with nothing but the standard library: on every Python that it is for."""

import datetime
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

import esteira
from esteira import artifacts, item, params
from in_folder import InFolder


class TestParams(InFolder):
    def test_are_texts_by_their_names(self) -> None:
        self.set(ESTEIRA_PARAM_TOP_N="10", ESTEIRA_PARAM_COUNTRY="BR")
        self.assertEqual(params["top-n"], "10")
        self.assertEqual(params["top_n"], "10")
        self.assertEqual(dict(params), {"country": "BR", "top_n": "10"})
        self.assertEqual(len(params), 2)
        self.assertIn("country", params)
        self.assertNotIn("city", params)
        self.assertIsNone(params.get("city"))
        self.assertEqual(repr(params), "params({'country': 'BR', 'top_n': '10'})")

    def test_one_that_is_not_there_names_those_that_are(self) -> None:
        self.assertEqual(
            self.message(KeyError, lambda: params["top"]),
            "there is no parameter top (there are: none); declare it in `params`",
        )
        self.set(ESTEIRA_PARAM_A="1", ESTEIRA_PARAM_B="2")
        self.assertEqual(
            self.message(KeyError, lambda: params["top"]),
            "there is no parameter top (there are: a, b); declare it in `params`",
        )

    def test_come_in_the_type_of_their_default(self) -> None:
        day = datetime.date(2026, 1, 31)
        moment = datetime.datetime(2026, 1, 31, 3, 0)
        for text, default, value in [
            ("7", 1, 7),
            ("0.5", 1.0, 0.5),
            ("Yes", False, True),
            ("0", True, False),
            ("2026-01-31", datetime.date(2020, 1, 1), day),
            ("2026-01-31T03:00:00", datetime.datetime(2020, 1, 1), moment),
            ("[1, 2]", [], [1, 2]),
            ('{"a": 1}', {}, {"a": 1}),
            ("x", "y", "x"),
            ("x", None, "x"),
        ]:
            self.set(ESTEIRA_PARAM_X=text)
            with self.subTest(text=text, default=default):
                found = params.get("x", default)
                self.assertEqual(found, value)
                self.assertIs(type(found), type(value))
        self.assertEqual(params.get("absent", 200), 200)

    def test_a_text_of_another_type_is_an_error(self) -> None:
        for text, default in [("many", 1), ("maybe", True), ("[1]", {}), ("[", []), ("1.5", 1)]:
            self.set(ESTEIRA_PARAM_X=text)
            with self.subTest(text=text):
                self.assertEqual(
                    self.message(ValueError, params.get, "x", default),
                    f"the parameter x is {text!r}, and a value like {default!r} is needed",
                )


class TestItem(InFolder):
    def test_is_a_text_or_what_json_has(self) -> None:
        for text, value in [
            ("BR", "BR"),
            ("1.10", "1.10"),
            ('{"city": "Recife", "n": 1}', {"city": "Recife", "n": 1}),
            ("[1, 2]", [1, 2]),
            ("[half", "[half"),
        ]:
            self.set(ESTEIRA_ITEM=text)
            self.assertEqual(item(), value)
        self.set(ESTEIRA_ITEM="2024")
        self.assertEqual(item(1999), 2024)

    def test_without_one(self) -> None:
        self.assertEqual(item("BR"), "BR")
        self.assertIsNone(item(None))
        self.assertEqual(
            self.message(LookupError, item),
            "this step has no item: give it `for_each`, or ask for item(DEFAULT)",
        )


class TestArtifacts(InFolder):
    def test_are_in_a_local_folder_that_git_ignores(self) -> None:
        path = artifacts.write("out/a.txt", "one")
        self.assertEqual(path, self.folder / ".esteira-local/artifacts/out/a.txt")
        self.assertEqual((self.folder / ".esteira-local/.gitignore").read_text(), "*\n")
        self.assertEqual(artifacts.names(), ["out/a.txt"])

    def test_are_in_the_folder_of_the_step(self) -> None:
        self.set(
            ESTEIRA_ARTIFACTS_DIR=str(self.folder / "own"),
            ESTEIRA_ARTIFACTS_URI="s3://bucket/demand/run/",
        )
        self.assertEqual(artifacts.write("a.txt", "one"), self.folder / "own/a.txt")
        self.assertFalse((self.folder / ".esteira-local").exists())

    def test_are_the_run_s_on_this_machine_where_a_step_has_no_folder(self) -> None:
        self.set(ESTEIRA_ARTIFACTS_URI=(self.folder / "a run").as_uri() + "/")
        self.assertEqual(artifacts.write("a.txt", "one"), self.folder / "a run/a.txt")

    def test_on_s3_a_step_without_a_folder_says_what_to_declare(self) -> None:
        self.set(ESTEIRA_ARTIFACTS_URI="s3://bucket/demand/run/")
        self.assertEqual(
            self.message(RuntimeError, artifacts.write, "a.txt", "one"),
            "the artifacts of this run are at s3://bucket/demand/run/: declare `outputs` in the "
            "project's config.yaml, so that Esteira gives its steps a folder",
        )

    def test_come_back_as_they_were_written(self) -> None:
        for name, value in [
            ("a.json", {"città": [1, 2.5, None, True]}),
            ("text.json", "a text"),
            ("a.txt", "linha\r\nção\n"),
            ("a.csv", "x,y\n1,2\n"),
            ("a.bin", b"\x00\xff\xfe"),
            ("no-ending", b"\xff"),
            ("model.pkl", {"weights": (1, 2)}),
            (Path("in/a/folder.txt"), "x"),
        ]:
            with self.subTest(name=name):
                artifacts.write(name, value)
                self.assertEqual(artifacts.read(name), value)

    def test_json_takes_what_numpy_and_dates_are(self) -> None:
        class Array:
            def tolist(self) -> list:
                return [1, 2]

        values = [Array(), datetime.date(2026, 1, 31), {"b", "a"}, Path("x/y")]
        artifacts.write("a.json", values)
        self.assertEqual(artifacts.read("a.json"), [[1, 2], "2026-01-31", ["a", "b"], "x/y"])
        self.assertEqual(
            self.message(TypeError, artifacts.write, "a.json", [object()]),
            "object isn't something that JSON has",
        )

    def test_what_cannot_be_written_leaves_what_was_there(self) -> None:
        artifacts.write("a.json", [1])
        with self.assertRaises(TypeError):
            artifacts.write("a.json", [2, object()])
        self.assertEqual(artifacts.read("a.json"), [1])
        self.assertEqual(artifacts.names(), ["a.json"])

    def test_others_than_texts_and_bytes_need_an_ending(self) -> None:
        self.assertEqual(
            self.message(TypeError, artifacts.write, "a.txt", [1]),
            "a.txt takes a text or bytes, not list: end the name in .json, .parquet or .joblib, "
            "or write the file at artifacts.path(NAME) yourself",
        )
        self.assertEqual(
            self.message(TypeError, artifacts.write, "a.parquet", [1]),
            "a.parquet needs a frame of pandas or polars, not list",
        )

    def test_a_frame_writes_itself(self) -> None:
        class Frame:
            def write_parquet(self, path: Path) -> None:
                path.write_bytes(b"PAR1")

        path = artifacts.write("frame.parquet", Frame())
        self.assertEqual(path.read_bytes(), b"PAR1")
        self.assertEqual(
            self.message(ValueError, artifacts.read, "frame.parquet", library="spark"),
            "library is pandas or polars, not 'spark'",
        )

    def test_what_a_form_needs_is_named(self) -> None:
        artifacts.path("a.parquet").write_bytes(b"")
        artifacts.path("a.joblib").write_bytes(b"")
        needed = "add it to the project's requirements"
        with mock.patch.object(esteira, "_installed", lambda module: False):
            self.assertEqual(
                self.message(ModuleNotFoundError, artifacts.read, "a.parquet"),
                f"Parquet needs pandas with pyarrow, or polars: {needed}",
            )
            self.assertEqual(
                self.message(ModuleNotFoundError, artifacts.read, "a.parquet", "polars"),
                f"Parquet needs polars: {needed}",
            )
            self.assertEqual(
                self.message(ModuleNotFoundError, artifacts.read, "a.joblib"),
                f"joblib isn't installed: {needed}",
            )
            artifacts.write("a.pkl", [1])
            self.assertEqual(artifacts.read("a.pkl"), [1])

    def test_one_that_is_not_there_names_those_that_are(self) -> None:
        artifacts.write("a.txt", "")
        artifacts.write("b/c.json", 1)
        self.assertEqual(
            self.message(FileNotFoundError, artifacts.read, "b"),
            "there is no artifact b (there are: a.txt, b/c.json)",
        )

    def test_names_that_lead_out_are_refused(self) -> None:
        folder = artifacts.folder
        (folder / "out").symlink_to(self.folder)
        for name in ["../a.txt", "/etc/passwd", "", ".", "a/../../b", "out/a.txt"]:
            for call in [artifacts.path, artifacts.read, lambda name: artifacts.write(name, "")]:
                with self.subTest(name=name):
                    self.assertEqual(
                        self.message(ValueError, call, name),
                        f"{name!r} isn't a name below the folder {folder}: give a relative path",
                    )

    def test_files_have_the_usual_rights(self) -> None:
        before = os.umask(0o022)
        self.addCleanup(os.umask, before)
        self.assertEqual(artifacts.write("a.txt", "x").stat().st_mode & 0o777, 0o644)


class TestModule(unittest.TestCase):
    def test_a_copy_of_the_file_works_alone_and_imports_little(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder, "esteira.py")
            copy.write_bytes(Path(esteira.__file__).read_bytes())
            script = (
                "import sys, esteira; print(esteira.__file__);"
                "print([one for one in ('numpy', 'pandas', 'asyncio') if one in sys.modules])"
            )
            found = subprocess.run(
                [sys.executable, "-c", script], cwd=folder, stdout=subprocess.PIPE, check=True
            )
            self.assertEqual(found.stdout.decode().split("\n")[1], "[]")
            self.assertEqual(Path(found.stdout.decode().split("\n")[0]).resolve(), copy.resolve())

    def test_an_unknown_name_is_an_attribute_error(self) -> None:
        self.assertEqual(esteira.__all__, ["artifacts", "item", "metrics", "params", "profile", "report"])
        with self.assertRaisesRegex(AttributeError, "module 'esteira' has no attribute 'parms'"):
            _ = esteira.parms  # type: ignore[attr-defined]


if __name__ == "__main__":
    unittest.main()
