"""What is taken from an earlier run, and what checks and models have to do with it, on the Python that runs them."""

import http.server
import json
import os
import shutil
import tempfile
import threading
import unittest

from rig import Step

AUC = {"metric": "auc", "rule": "> 0.5", "comparison": ">", "of": "value", "limit": 0.5, "otherwise": "block_promotion", "step": "a"}
NEWEST = {"metric": "newest", "rule": "within 26h", "comparison": "<=", "of": "age", "limit": 26 * 3600, "otherwise": "warn", "step": "a"}
COMMAND = "mkdir out; echo 1 > out/x; cp $METRICS metrics.json"


class Mlflow(http.server.ThreadingHTTPServer):
    """Enough of MLflow for marks: one run of each of Esteira's, which has a mark already."""

    daemon_threads = True

    def __init__(self, tag: str):
        self.asked, self.tag = [], tag
        super().__init__(("127.0.0.1", 0), MlflowHandler)
        threading.Thread(target=self.serve_forever, daemon=True).start()


class MlflowHandler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        verb = self.path.rpartition("/2.0/mlflow/")[2]
        answer = {}
        if verb == "experiments/search":
            answer = {"experiments": [{"experiment_id": "1"}]}
        elif verb == "runs/search":
            run = "of " + body["filter"].split("'")[1]
            answer = {"runs": [{"info": {"run_id": run}, "data": {"tags": [{"key": self.server.tag, "value": "bad"}]}}]}
        else:
            self.server.asked.append((verb, body["run_id"], body.get("value")))
        content = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


class TakenTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="esteira-taken-")
        self.addCleanup(shutil.rmtree, self.folder, True)

    def ran(self, run: str, checks: "list[dict]", metrics: dict, **more) -> "list[str]":
        """What a run says of its step `a`, whose metrics.json isn't among its outputs."""
        path = os.path.join(self.folder, "metrics.json")
        with open(path, "w", encoding="utf-8") as file:
            json.dump(metrics, file)
        sheet = {
            "cache": {"code": "1"},
            "checks": checks,
            "last": "a",
            "steps": {"a": {"outputs": ["out/"], "cache": {"command": "1"}}},
        }
        step = Step(self, f"file://{self.folder}/p/{run}/", **sheet)
        code, _, said = step.run("a", COMMAND, ESTEIRA_RUN_ID=run, ESTEIRA_CACHE="on", METRICS=path, **more)
        self.assertEqual(code, 0, said)
        return [line for line in said if not line.startswith(("esteira: kept ", "esteira: left "))]

    def results(self, run: str) -> "list[dict]":
        with open(f"{self.folder}/p/{run}/_outputs/a/manifest.json", encoding="utf-8") as file:
            return json.load(file)["checks"]

    def test_metrics_of_a_file_that_isnt_kept_are_known_by_their_results(self):
        self.ran("r1", [AUC], {"auc": 0.8})
        self.assertEqual(self.ran("r2", [AUC], {}), ["esteira: taken from run r1: 1 file (2 bytes) in 0.0 s"])
        self.assertEqual([(one["value"], one["passed"]) for one in self.results("r2")], [(0.8, True)])

    def test_what_can_not_be_compared_is_said_again(self):
        asked = {**AUC, "otherwise": "warn"}
        not_met = "esteira: check not met (warn): auc is 'high', which can't be compared, and \"> 0.5\" is asked"
        self.assertIn(not_met, self.ran("r1", [asked], {"auc": "high"}))
        self.assertEqual(self.ran("r2", [asked], {})[0], not_met)

    def test_an_age_that_nobody_knows_now_is_measured_anew(self):
        for run in ("r1", "r2"):
            said = self.ran(run, [NEWEST], {"newest": "2020-01-01T00:00:00Z"})
        self.assertEqual(said[0], "esteira: not taken from the cache: what run r1 left isn't as the checks ask now")

    def test_marks_are_of_the_run_that_made_the_model(self):
        mlflow = Mlflow("esteira.blocked.a")
        self.addCleanup(mlflow.server_close)
        self.addCleanup(mlflow.shutdown)
        given = {"MLFLOW_TRACKING_URI": f"http://127.0.0.1:{mlflow.server_address[1]}"}

        def marked(run: str, *checks: dict, **more):
            mlflow.asked.clear()
            self.ran(run, list(checks), {"auc": 0.8}, **given, **more)
            return list(mlflow.asked)

        self.assertEqual(marked("r1", AUC), [("runs/delete-tag", "of r1", None)])
        self.assertEqual(marked("r2", AUC), [])
        # An item that passes leaves the mark that another one has put.
        self.assertEqual(marked("r5", AUC, ESTEIRA_ITEM="x"), [])
        stricter = {**AUC, "rule": "> 0.9", "limit": 0.9}
        self.assertEqual(marked("r3", stricter), [("runs/set-tag", "of r1", 'auc is 0.8, and "> 0.9" is asked')])

    def test_a_run_that_takes_its_own_leaves_it_to_others_and_no_younger(self):
        def entry() -> dict:
            with open(f"{self.folder}/p/_cache/a/last.json", encoding="utf-8") as file:
                return json.load(file)

        self.ran("r1", [], {})
        before = entry()
        taken = ["esteira: taken from run r1: 1 file (2 bytes) in 0.0 s"]
        self.assertEqual(self.ran("r1", [], {}), taken)
        self.assertNotEqual(entry()["left"]["attempt"], before["left"]["attempt"])
        self.assertEqual((entry()["run"], entry()["madeAt"]), ("r1", before["madeAt"]))
        self.assertEqual(self.ran("r2", [], {}), taken)


if __name__ == "__main__":
    unittest.main()
