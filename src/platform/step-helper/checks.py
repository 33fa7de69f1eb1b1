"""What the metrics must be that a step leaves, judged before anything of the step is kept. Decision 0021."""

import json
import math
import os
import time
from datetime import datetime, timezone
from fnmatch import fnmatchcase
from hashlib import sha256

from words import Failure, Unmet, say

FILE = "metrics.json"
PLACE = "_checks"
LARGEST_FILE = 4 << 20
MOST_METRICS = 2_000
MOST_RESULTS = 60
GOOD_RUNS = 14
FEWEST = 3  # Good runs that a median is asked of.
COMPARE = {
    ">=": lambda value, limit: value >= limit,
    "<=": lambda value, limit: value <= limit,
    "==": lambda value, limit: value == limit,
    ">": lambda value, limit: value > limit,
    "<": lambda value, limit: value < limit,
}


class Checks:
    """
    The checks of one step. `store` is the project's, above its runs: what was measured in them is kept there, a document a step or item.
    """

    def __init__(self, sheet: dict, step: str, item: "str | None", run: str, origin: str, store):
        last = sheet.get("last")
        self.rules = [one for one in sheet["checks"] if one.get("step", step) == step]
        self.sees_missing = step == last
        self.step, self.item, self.run, self.origin, self.store = step, item, run, origin, store
        name = step if item is None else f"{step}/{sha256(item.encode()).hexdigest()[:16]}"
        self.place = f"{PLACE}/{name}.json"
        self.inherited = {}

    def look_before(self, artifacts: str) -> None:
        """What earlier steps have measured is theirs: `metrics.json` is laid with it, and this step may add to it."""
        self.inherited = read_metrics(os.path.join(artifacts, FILE)) if self.rules else {}

    def judge(self, found: dict, measured_before: "set[str] | None") -> "list[dict]":
        """
        What each check says of the metrics that the step leaves. `measured_before` are the metrics that earlier steps have left;
        None where one of them didn't run, so that nothing is missing.
        """
        if not self.rules:
            return []
        earlier = self.history()
        results, now = [], time.time()
        for rule in self.rules:
            own = "step" in rule
            names = sorted(name for name in found if fnmatchcase(name, rule["metric"]))
            if not own:
                names = [name for name in names if name not in self.inherited or self.inherited[name] != found[name]]
            results += [judged(rule, name, found[name], earlier, now) for name in names]
            if names or (self.item is not None and not own):
                continue
            seen = measured_before
            if own or (self.sees_missing and seen is not None and not any(fnmatchcase(name, rule["metric"]) for name in (*seen, *found))):
                results.append({**about(rule, rule["metric"]), "passed": False, "missing": True, "has": sorted(found)[:10]})
        return results

    def history(self) -> "list[dict]":
        """Results of good runs: those whose step was kept, the oldest first, without this run's."""
        text = self.store.read(self.place)
        return [one for one in results_in(text) if one["kept"] and one["origin"] != self.origin]

    def record(self, results: "list[dict]", kept: bool) -> None:
        """Adds this run's results to the history. What can't be written costs a place in the table, and no more."""
        if not results:
            return
        own = {"run": self.run, "origin": self.origin, "at": int(time.time() * 1000), "kept": kept, "checks": results}

        def added(text: "bytes | None") -> bytes:
            others = [one for one in results_in(text) if one["origin"] != self.origin]
            fields = {"schema": 1, "step": self.step, **({} if self.item is None else {"item": self.item})}
            return (json.dumps({**fields, "results": [*others, own][-MOST_RESULTS:]}) + "\n").encode()

        try:
            self.store.update(self.place, added)
        except Failure as failure:
            say(f"the results of checks could not be added to their history: {failure}")


def results_in(text: "bytes | None") -> "list[dict]":
    """A document that can't be read is none: it says what was, and this run is judged by what is."""
    if text is None:
        return []
    try:
        document = json.loads(text)
        return [one for one in document["results"] if isinstance(one["checks"], list)] if document["schema"] == 1 else []
    except (ValueError, KeyError, TypeError):
        return []


def about(rule: dict, name: str) -> dict:
    return {"metric": name, "rule": rule["rule"], "of": rule["of"], "otherwise": rule["otherwise"]}


def judged(rule: dict, name: str, written, earlier: "list[dict]", now: float) -> dict:
    of, limit, result = rule["of"], rule["limit"], about(rule, name)
    value = age(written, now) if of == "age" else number(written)
    if value is None:
        return {**result, "passed": False, "text": str(written)[:80]}
    result["value"] = value
    if of == "median":
        values = values_of(name, earlier)[-GOOD_RUNS:]
        result["runs"] = len(values)
        if len(values) < FEWEST:
            return {**result, "passed": True}
        middle = median(values)
        result["median"] = middle
        limit = middle + limit * abs(middle)
    return {**result, "limit": limit, "passed": COMPARE[rule["comparison"]](value, limit)}


def median(values: "list[float]") -> float:
    """As in `statistics`, which takes longer to load than a step that has checks should."""
    ordered, middle = sorted(values), len(values) // 2
    return ordered[middle] if len(values) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def values_of(name: str, earlier: "list[dict]") -> "list[float]":
    """One value a run; checks of one metric have the same."""
    found = []
    for one in earlier:
        values = [check.get("value") for check in one["checks"] if check.get("metric") == name and check.get("of") != "age"]
        found += [value for value in values if number(value) is not None][:1]
    return found


def number(written) -> "float | None":
    if isinstance(written, (int, float)) and math.isfinite(written):
        return int(written) if isinstance(written, bool) else written
    return None


def age(written, now: float) -> "float | None":
    """Seconds since a time: ISO 8601, of UTC where no zone is given, or seconds since the epoch."""
    if isinstance(written, str):
        text = written[:-1] + "+00:00" if written.endswith(("Z", "z")) else written
        try:
            at = datetime.fromisoformat(text)
        except ValueError:
            return None
        seconds = (at if at.tzinfo else at.replace(tzinfo=timezone.utc)).timestamp()
    else:
        seconds = number(written)
        if seconds is None:
            return None
        if seconds > 1e11:  # Milliseconds.
            seconds /= 1000
    return round(now - seconds)


def read_metrics(path: str) -> dict:
    """The metrics of a file by their names; of groups in it the names are joined by `/`."""
    try:
        with open(path, "rb") as file:
            text = file.read(LARGEST_FILE + 1)
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise Failure(f"{FILE} can't be read: {error.strerror}") from None
    return metrics_in(text)


def metrics_in(text: bytes) -> dict:
    """The same of its text."""
    if len(text) > LARGEST_FILE:
        raise Failure(f"{FILE} has more than 4 MiB: it is for the figures that people and checks look at")
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        raise Failure(f"{FILE} isn't JSON, so that its metrics can't be checked: write one group of names and numbers") from None
    found = {}
    add(found, "", document, 0)
    if len(found) > MOST_METRICS:
        raise Failure(f"{FILE} has {len(found):,} metrics; at most {MOST_METRICS:,} are checked")
    return found


def add(found: dict, name: str, value, depth: int) -> None:
    if isinstance(value, dict) and depth < 10:
        for key, inner in value.items():
            add(found, f"{name}/{key}" if name else str(key), inner, depth + 1)
    elif name and value is not None and not isinstance(value, (dict, list)):
        found[name] = value


def say_results(results: "list[dict]") -> None:
    """A line for each check that isn't met; those that fail the step end it with the last."""
    for one in results:
        if not one["passed"] and one["otherwise"] != "fail":
            say(f"check not met ({one['otherwise'].replace('_', ' ')}): {sentence(one)}")
    failed = [sentence(one) for one in results if not one["passed"] and one["otherwise"] == "fail"]
    for text in failed[:-1]:
        say(f"check failed: {text}")
    if failed:
        raise Unmet(f"check failed: {failed[-1]}")


def sentence(one: dict) -> str:
    """`src/runs/checks.ts` says the same to people; the last line of a log is what is left where nothing else can be read."""
    metric, asked = one["metric"], f'"{one["rule"]}" is asked'
    if one.get("missing"):
        has = ", ".join(one["has"]) or "nothing"
        return f"the metric {metric} is missing, and {asked}: {FILE} has {has}"
    if "value" not in one:
        return f"{metric} is {one['text']!r}, which can't be compared, and {asked}"
    if one["of"] == "age":
        return f"{metric} is {lasted(one['value'])} old, and {asked}"
    text = f"{metric} is {shown(one['value'])}, and {asked}"
    if "median" in one:
        text += f" against {shown(one['median'])}, the median of the last {one['runs']} good runs: the limit is {shown(one['limit'])}"
    return text


def shown(value: float) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:,.6g}"


def lasted(seconds: float) -> str:
    hours = seconds / 3600
    return f"{hours / 24:.1f} days" if hours >= 72 else f"{hours:.1f} h" if hours >= 1 else f"{seconds / 60:.0f} min"
