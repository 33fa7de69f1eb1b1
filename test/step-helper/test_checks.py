"""What checks say of a step's metrics, on the Python that runs them."""

import json
import os
import sys
import tempfile
import time
import unittest
from unittest import mock

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../../src/platform/step-helper"))

from checks import Checks, judged, read_metrics, say_results, sentence  # noqa: E402
from folder_store import FolderStore  # noqa: E402
from words import Failure, Unmet  # noqa: E402


def rule(metric: str, comparison: str, limit: float, of: str = "value", otherwise: str = "fail", **more) -> dict:
    text = {"value": f"{comparison} {limit}", "median": f"{comparison} {limit:+.0%}", "age": f"within {limit / 3600:.0f}h"}[of]
    return {"metric": metric, "rule": text, "comparison": comparison, "of": of, "limit": limit, "otherwise": otherwise, **more}


class ChecksTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.store = FolderStore(os.path.join(self.folder, "artifacts"))

    def checks(self, *rules: dict, step: str = "train", origin: str = "now", item=None) -> Checks:
        return Checks({"checks": list(rules), "last": "train"}, step, item, origin, origin, self.store)

    def left(self, **metrics) -> dict:
        path = os.path.join(self.folder, "metrics.json")
        with open(path, "w") as file:
            json.dump(metrics, file)
        return read_metrics(path)

    def ran(self, *values: float, kept: bool = True) -> None:
        for at, value in enumerate(values):
            checks = self.checks(rule("auc", ">", -0.05, "median"), origin=f"run-{at}-{kept}-{value}")
            checks.record(checks.judge(self.left(auc=value), set()), kept)

    def said(self, *rules: dict, before=frozenset(), **metrics) -> "list[str]":
        found = self.checks(*rules).judge(self.left(**metrics), set(before))
        return [("met" if one["passed"] else "not met") + ": " + sentence(one) for one in found]

    def test_numbers_shares_and_times(self):
        self.assertEqual(
            self.said(rule("rows", ">=", 10_000), rule("null_share/*", "<=", 0.02), rows=120, null_share={"price": 0.03, "day": 0.0}),
            [
                'not met: rows is 120, and ">= 10000" is asked',
                'met: null_share/day is 0, and "<= 0.02" is asked',
                'not met: null_share/price is 0.03, and "<= 0.02" is asked',
            ],
        )
        old, new = time.time() - 30 * 3600, time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        within = rule("newest", "<=", 26 * 3600, "age")
        self.assertEqual(self.said(within, newest=old), ['not met: newest is 30.0 h old, and "within 26h" is asked'])
        self.assertEqual(self.said(within, newest=old * 1000), ['not met: newest is 30.0 h old, and "within 26h" is asked'])
        self.assertEqual(self.said(within, newest=new), ['met: newest is 0 min old, and "within 26h" is asked'])
        self.assertEqual(
            self.said(within, newest="yesterday"), ["not met: newest is 'yesterday', which can't be compared, and \"within 26h\" is asked"]
        )

    def test_what_no_number_is_meets_no_rule(self):
        for value in (float("nan"), float("inf"), "0.9"):
            self.assertFalse(judged(rule("auc", ">", 0), "auc", value, [], 0)["passed"])

    def test_a_median_is_of_the_last_fourteen_good_runs_and_needs_three(self):
        asked = rule("auc", ">", -0.05, "median")
        self.ran(0.8, 0.8)
        self.assertEqual(self.said(asked, auc=0.1), ['met: auc is 0.1, and "> -5%" is asked'])
        self.ran(0.2, kept=False)
        self.ran(0.9)
        self.assertEqual(
            self.said(asked, auc=0.75),
            ['not met: auc is 0.75, and "> -5%" is asked against 0.8, the median of the last 3 good runs: the limit is 0.76'],
        )
        self.ran(*[0.5] * 14)
        self.assertEqual(self.said(asked, auc=0.48)[0][:4], "met:")

    def test_a_run_that_is_tried_again_is_no_run_before_itself(self):
        self.ran(0.8, 0.8, 0.8)
        again = self.checks(rule("auc", ">", -0.05, "median"))
        for value in (0.1, 0.2):
            again.record(again.judge(self.left(auc=value), set()), True)
        self.assertEqual([one["origin"] for one in again.history()], ["run-0-True-0.8", "run-1-True-0.8", "run-2-True-0.8"])

    def test_sixty_results_are_kept(self):
        self.ran(*[one / 100 for one in range(70)])
        with open(os.path.join(self.folder, "artifacts/_checks/train.json")) as file:
            results = json.load(file)["results"]
        self.assertEqual([len(results), results[0]["checks"][0]["value"], results[-1]["checks"][0]["value"]], [60, 0.1, 0.69])

    def test_a_metric_is_missing_where_its_step_or_the_last_one_ends_without(self):
        asked = rule("rows", ">", 1)
        missing = ['not met: the metric rows is missing, and "> 1" is asked: metrics.json has auc']
        self.assertEqual(self.said(asked, auc=1), missing)
        self.assertEqual(self.said(asked, before={"rows"}, auc=1), [])
        self.assertEqual(self.said({**asked, "step": "train"}, before={"rows"}, auc=1), missing)
        self.assertEqual(self.said({**asked, "step": "other"}, auc=1), [])
        self.assertEqual(self.checks(asked, step="extract").judge(self.left(auc=1), set()), [])
        self.assertEqual(self.checks(asked).judge(self.left(auc=1), None), [])

    def test_what_an_earlier_step_measured_is_its_own(self):
        checks = self.checks(rule("rows", ">", 10))
        self.left(rows=5)
        checks.look_before(self.folder)
        self.assertEqual(checks.judge(self.left(rows=5, auc=1), {"rows"}), [])
        self.assertEqual(len(checks.judge(self.left(rows=6), {"rows"})), 1)

    def test_the_last_line_is_the_failure(self):
        results = self.checks(rule("a", ">", 1), rule("b", ">", 1), rule("c", ">", 1, otherwise="block_promotion")).judge(
            self.left(a=0, b=0, c=0), set()
        )
        with mock.patch("checks.say") as said, self.assertRaises(Unmet) as raised:
            say_results(results)
        self.assertEqual(
            [call.args[0] for call in said.call_args_list] + [str(raised.exception)],
            [
                'check not met (block promotion): c is 0, and "> 1" is asked',
                'check failed: a is 0, and "> 1" is asked',
                'check failed: b is 0, and "> 1" is asked',
            ],
        )
        self.assertEqual(raised.exception.code, 65)

    def test_a_file_that_is_no_group_of_numbers(self):
        path = os.path.join(self.folder, "metrics.json")
        for text, fault in (("{", "isn't JSON"), ("[1]", None), (json.dumps(dict.fromkeys(map(str, range(3000)), 1)), "3,000 metrics")):
            with open(path, "w") as file:
                file.write(text)
            if fault is None:
                self.assertEqual(read_metrics(path), {})
            else:
                with self.assertRaisesRegex(Failure, fault):
                    read_metrics(path)


if __name__ == "__main__":
    unittest.main()
