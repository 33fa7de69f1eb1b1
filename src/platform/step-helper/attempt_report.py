"""What is reported of an attempt, for `status`."""

import json

from words import Failure, say

MOST_REPORTED = 100


def write_report(store, key: str, facts: dict, results: list) -> None:
    """What was measured of the attempt. A report that can't be written fails nothing."""
    if results:
        # What isn't met first: a report is small.
        facts = {**facts, "checks": sorted(results, key=lambda one: one["passed"])[:MOST_REPORTED]}
    try:
        store.write(key, (json.dumps(facts) + "\n").encode())
    except (Failure, OSError) as failure:
        say(f"this attempt's figures could not be reported: {failure}")


def task_id(environment: "dict[str, str]") -> "str | None":
    """Of the ECS task that this runs in: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-metadata-endpoint-v4.html"""
    uri = environment.get("ECS_CONTAINER_METADATA_URI_V4")
    if not uri:
        return None
    from urllib.request import ProxyHandler, build_opener

    try:
        with build_opener(ProxyHandler({})).open(uri + "/task", timeout=5) as answer:
            return json.load(answer)["TaskARN"].rpartition("/")[2]
    except (OSError, ValueError, KeyError):
        return None
