"""Marks the MLflow runs that a run of Esteira started, so that a model of theirs isn't promoted: the mark is where promotion looks."""

import base64
import json
import time
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from words import Failure, say

# https://mlflow.org/docs/latest/api_reference/rest-api.html
API = "/api/2.0/mlflow/"
MARK = "esteira.blocked."
TRIES = 4
MOST = 1_000


class Marks:
    def __init__(self, environment: "dict[str, str]", origin: str, what: str):
        self.given, self.origin, self.tag = environment, origin, MARK + what
        self.server = environment["MLFLOW_TRACKING_URI"].rstrip("/")

    def put(self, reason: "str | None") -> None:
        """Marks them with why, or takes its mark away: it may be of an attempt before."""
        if not self.server.startswith(("http://", "https://")):
            raise Failure(f"models can't be kept from being promoted, because {self.server} is no tracking server: name one by mlflow.tracking_uri")
        runs = self.runs()
        if reason is None:
            for run in runs:
                if any(tag["key"] == self.tag for tag in run["data"].get("tags", [])):
                    self.ask("runs/delete-tag", {"run_id": run["info"]["run_id"], "key": self.tag})
            return
        for run in runs:
            self.ask("runs/set-tag", {"run_id": run["info"]["run_id"], "key": self.tag, "value": reason[:4_000]})
        if not runs:
            say("no run of MLflow is known to be this run's, so that no model of it could be kept from being promoted")

    def runs(self) -> "list[dict]":
        listed = self.ask("experiments/search", {"max_results": MOST}).get("experiments", [])
        experiments = [one["experiment_id"] for one in listed]
        origin = self.origin.replace("'", "")
        query = {"experiment_ids": experiments, "filter": f"tags.`esteira.origin` = '{origin}'", "max_results": MOST}
        return self.ask("runs/search", query).get("runs", []) if experiments else []

    def ask(self, path: str, body: dict) -> dict:
        headers = {"content-type": "application/json", **self.credentials()}
        request = Request(self.server + API + path, data=json.dumps(body).encode(), headers=headers, method="POST")
        failure = ""
        for attempt in range(TRIES):
            if attempt:
                time.sleep(0.5 * 2**attempt)
            try:
                with urlopen(request, timeout=30) as answer:
                    return json.loads(answer.read() or b"{}")
            except HTTPError as error:
                failure = f"HTTP {error.code}"
                if error.code < 500 and error.code != 429:
                    break
            except (OSError, ValueError) as error:
                failure = str(error)
        raise Failure(f"the models of this run can't be kept from being promoted, because MLflow doesn't answer {path} ({failure}): run the step again")

    def credentials(self) -> "dict[str, str]":
        token = self.given.get("MLFLOW_TRACKING_TOKEN")
        if token:
            return {"authorization": f"Bearer {token}"}
        user = self.given.get("MLFLOW_TRACKING_USERNAME")
        if not user:
            return {}
        both = f"{user}:{self.given.get('MLFLOW_TRACKING_PASSWORD', '')}"
        return {"authorization": "Basic " + base64.b64encode(both.encode()).decode()}
