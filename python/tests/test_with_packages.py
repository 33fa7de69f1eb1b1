"""Tests of what other packages make, where they are installed."""

import json
import unittest

import esteira
from esteira import artifacts, metrics, profile, report
from in_folder import InFolder


def _available(*modules: str) -> bool:
    return all(esteira._installed(module) for module in modules)


class TestWithPackages(InFolder):
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
