"""Tests of the library, with nothing but the standard library: on every Python that it is for."""

import datetime
import json
import multiprocessing
import os
import subprocess
import sys
import tempfile
import threading
import unittest
from pathlib import Path
from unittest import mock

import esteira
from esteira import artifacts, item, metrics, params, profile, report


class InFolder(unittest.TestCase):
    """A test that starts in an empty folder, without any variable of Esteira."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name).resolve()
        before = Path.cwd()
        self.addCleanup(os.chdir, before)
        os.chdir(self.folder)
        clean = {name: "" for name in os.environ if name.startswith("ESTEIRA_")}
        patched = mock.patch.dict(os.environ, clean)
        patched.start()
        self.addCleanup(patched.stop)
        for name in clean:
            del os.environ[name]

    def set(self, **variables: str) -> None:
        os.environ.update(variables)

    def message(self, kind: type, call: object, *values: object, **named: object) -> str:
        with self.assertRaises(kind) as caught:
            call(*values, **named)  # type: ignore[operator]
        return str(caught.exception.args[0])


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


def add_metrics(number: int) -> None:
    for one in range(20):
        metrics({f"{number}/{one}": one})


class TestMetrics(InFolder):
    def test_are_merged(self) -> None:
        metrics(auc=0.8, rows=10)
        self.assertEqual(metrics({"auc/test": 0.7}, auc=0.81), {"auc": 0.81, "rows": 10, "auc/test": 0.7})
        text = (self.folder / ".esteira-local/artifacts/metrics.json").read_text()
        self.assertEqual(text, '{\n  "auc": 0.81,\n  "rows": 10,\n  "auc/test": 0.7\n}\n')

    def test_are_finite_numbers(self) -> None:
        class Scalar:
            def item(self) -> float:
                return 0.5

        self.assertEqual(metrics(a=Scalar(), b=True), {"a": 0.5, "b": 1})
        for value in [float("nan"), float("inf"), "high", None]:
            with self.subTest(value=value):
                self.assertEqual(
                    self.message(ValueError, metrics, good=1, auc=value),
                    f"the metric auc is {value!r}, and a finite number is needed",
                )
        self.assertEqual(artifacts.read("metrics.json"), {"a": 0.5, "b": 1})

    def test_times_and_frames_are_measured_for_checks(self) -> None:
        at = datetime.datetime(2026, 1, 31, 3, tzinfo=datetime.timezone.utc)
        self.assertEqual(metrics(loaded=at)["loaded"], "2026-01-31T03:00:00+00:00")

        class Column(list):  # type: ignore[type-arg]
            def null_count(self) -> int:
                return sum(one is None for one in self)

            def max(self) -> object:
                return max(one for one in self if one is not None)

        class Frame(dict):  # type: ignore[type-arg]
            columns = ("price", "day")

            def __len__(self) -> int:
                return 4

        frame = Frame(price=Column([1, None, 3, 4]), day=Column([datetime.date(2026, 1, one) for one in (1, 2, 3, 4)]))
        found = profile(frame, "sales", newest="day")
        del found["loaded"]
        self.assertEqual(
            found,
            {"sales/rows": 4, "sales/null_share/price": 0.25, "sales/null_share/day": 0.0, "sales/newest": "2026-01-04"},
        )

    def test_of_threads_and_processes_at_once_are_all_kept(self) -> None:
        threads = [threading.Thread(target=add_metrics, args=(one,)) for one in range(3)]
        context = multiprocessing.get_context("spawn")
        processes = [context.Process(target=add_metrics, args=(one,)) for one in range(3, 5)]
        for worker in [*threads, *processes]:
            worker.start()
        for worker in [*threads, *processes]:
            worker.join()
        self.assertEqual(len(artifacts.read("metrics.json")), 100)
        self.assertEqual(artifacts.names(), ["metrics.json"])


class TestReport(InFolder):
    def test_is_among_the_artifacts_or_in_its_own_folder(self) -> None:
        self.assertEqual(
            report.add("# Rows\n"), self.folder / ".esteira-local/artifacts/report/01.md"
        )
        self.set(ESTEIRA_REPORT_DIR=str(self.folder / "shown"))
        self.assertEqual(report.add("# Rows\n"), self.folder / "shown/01.md")
        self.assertEqual((self.folder / "shown/01.md").read_text(), "# Rows\n")

    def test_each_thing_has_its_form(self) -> None:
        class Figure:
            def savefig(self, path: Path, **options: object) -> None:
                path.write_bytes(b"PNG")

        class Axis:
            figure = Figure()

        class Chart:
            def to_json(self) -> str:
                return "{}"

        Chart.__module__ = "altair.vegalite"

        class Table:
            def to_csv(self, path: Path) -> None:
                path.write_text("a,b\n")

        class Drawing:
            def _repr_svg_(self) -> str:
                return "<svg/>"

        class Picture:
            def _repr_png_(self) -> bytes:
                return b"PNG"

        source = self.folder / "a.plot.svg"
        source.write_text("<svg/>")
        added = [Figure(), Axis(), Chart(), Table(), Drawing(), Picture(), source, "text"]
        names = [report.add(one).name for one in added]
        self.assertEqual(
            names,
            ["01.png", "02.png", "03.vl.json", "04.csv", "05.svg", "06.png", "07.svg", "08.md"],
        )
        self.assertEqual(
            self.message(TypeError, report.add, 5),
            "a report has no form for int: save it as PNG, SVG, CSV or Markdown and add the path "
            "of the file",
        )

    def test_what_has_a_name_is_replaced(self) -> None:
        self.assertEqual(report.add("one", name="summary").name, "summary.md")
        self.assertEqual(report.add("two", name="summary.md").read_text(), "two")
        self.assertEqual([path.name for path in report.folder.iterdir()], ["summary.md"])
        with self.assertRaises(ValueError):
            report.add("x", name="../out")


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


def _available(*modules: str) -> bool:
    return all(esteira._installed(module) for module in modules)


class TestWithPackages(InFolder):
    """What other packages make, where they are installed."""

    @unittest.skipUnless(_available("pandas", "pyarrow"), "pandas with pyarrow isn't installed")
    def test_frames_of_pandas(self) -> None:
        import pandas

        frame = pandas.DataFrame({"a": [1, 2], "b": ["x", None]}, index=[5, 6])
        artifacts.write("frame.parquet", frame)
        pandas.testing.assert_frame_equal(artifacts.read("frame.parquet"), frame)
        artifacts.write("numbers.json", {"mean": frame["a"].mean(), "max": frame["a"].max()})
        self.assertEqual(artifacts.read("numbers.json"), {"mean": 1.5, "max": 2})
        self.assertEqual(metrics(top=frame["a"].max()), {"top": 2})
        self.assertEqual(profile(frame)["null_share/a"], 0.0)
        self.assertEqual(report.add(frame).read_text(), ",a,b\n5,1,x\n6,2,\n")

    @unittest.skipUnless(_available("polars"), "polars isn't installed")
    def test_frames_of_polars(self) -> None:
        import polars

        frame = polars.DataFrame({"a": [1, 2], "b": ["x", None]})
        artifacts.write("frame.parquet", frame)
        self.assertTrue(artifacts.read("frame.parquet", library="polars").equals(frame))
        self.assertEqual(report.add(frame).read_text(), "a,b\n1,x\n2,\n")

    @unittest.skipUnless(_available("joblib", "numpy"), "joblib isn't installed")
    def test_models_by_joblib(self) -> None:
        import numpy

        for name in ["model.joblib", "model.pkl"]:
            artifacts.write(name, {"weights": numpy.arange(3)})
            self.assertEqual(artifacts.read(name)["weights"].tolist(), [0, 1, 2])

    @unittest.skipUnless(_available("matplotlib"), "Matplotlib isn't installed")
    def test_figures_of_matplotlib(self) -> None:
        import matplotlib

        matplotlib.use("Agg")
        from matplotlib import pyplot

        figure, axis = pyplot.subplots()
        axis.plot([1, 2])
        for added in [figure, axis]:
            self.assertEqual(report.add(added).read_bytes()[:8], b"\x89PNG\r\n\x1a\n")

    @unittest.skipUnless(_available("altair", "pandas"), "Altair isn't installed")
    def test_charts_of_altair(self) -> None:
        import altair
        import pandas

        chart = altair.Chart(pandas.DataFrame({"a": [1]})).mark_bar().encode(x="a:Q")
        path = report.add(chart, name="bars")
        self.assertEqual(path.name, "bars.vl.json")
        self.assertIn("vega-lite", json.loads(path.read_text())["$schema"])


if __name__ == "__main__":
    unittest.main()
