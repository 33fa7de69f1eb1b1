"""Tests of metrics and reports, with nothing but the standard library."""

import datetime
import multiprocessing
import threading
from pathlib import Path

from esteira import artifacts, metrics, profile, report
from in_folder import InFolder


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
