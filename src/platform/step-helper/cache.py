"""Whether an equal step has left its outputs before, and which of what it depends on has changed since."""

import json
import os
import time
from collections import namedtuple
from hashlib import sha256

from manifest import Manifest, is_inside
from words import Failure, say

SCHEMA = 1
CACHE = "_cache"
MOST_INPUTS = 1_000
SHOWN = 5
# In the order in which a difference explains the others: with other code, inputs are no surprise.
FIELDS = ("code", "command", "environment", "parameters", "inputs")


class Gone(Exception):
    """A file that an entry of the cache names isn't there any more, or is another one."""


class Entry(namedtuple("Entry", "run made fields left")):
    """
    What an equal step has left, and where: a document below the project's artifacts. `made`: milliseconds since the epoch; `left`: its
    manifest.
    """

    @property
    def origin(self) -> str:
        """The run whose folder has the files."""
        return self.left.place.partition("/")[0]


class Missed(namedtuple("Missed", "reason names run", defaults=((), None))):
    """Why there is nothing to be taken: `names` of what differs, from what the run `run` has left."""


class Cache:
    """
    Of one step, or of one item of it. `open_store` gives the project's: below it each run has a folder, and the cache has one. An entry
    points to the run that made it; what a run takes from there is copied, so that each run's artifacts are whole by themselves.
    """

    def __init__(self, open_store, origin: str, sheet: dict, step: str, item: "str | None", given: "dict[str, str]"):
        self.origin = origin
        self.sheet = sheet
        self.own = sheet["steps"][step].get("cache")
        self.mode = given.get("ESTEIRA_CACHE", "off") if self.own is not None else "off"
        self.store = open_store() if self.is_on else None
        self.given = given
        self.item = item
        place = f"{CACHE}/{step}"
        self.place = place if item is None else f"{place}/items/{sha256(item.encode()).hexdigest()[:16]}"
        self.fields = {}

    @property
    def is_on(self) -> bool:
        return self.mode != "off"

    def depends(self, inputs: "list[dict]") -> None:
        """Remembers, as digests, all that the step's outputs depend on. `inputs`: the entries that it is given."""
        common = self.sheet.get("cache", {})
        names = [*common.get("variables", []), *self.own.get("variables", [])]
        parameters = [name for name in self.given if name.startswith("ESTEIRA_PARAM_")]
        self.fields = {
            "code": common.get("code", ""),
            "command": self.own.get("command", ""),
            "environment": {**self.digests(names), **machine()},
            "parameters": {**self.digests(parameters), **({} if self.item is None else {"ESTEIRA_ITEM": digest(self.item)})},
            "inputs": digests_of(inputs),
        }

    def digests(self, names: "list[str]") -> "dict[str, str]":
        return {name: digest(self.given[name]) for name in sorted(set(names)) if name in self.given}

    def key(self) -> str:
        return sha256(json.dumps(self.fields, sort_keys=True).encode()).hexdigest()[:32]

    def look(self) -> "Entry | Missed":
        """What an equal step has left, or why there is nothing to be taken."""
        if self.mode == "refresh":
            return Missed("not-asked")
        there = self.read(self.key())
        if there is None:
            last = self.read("last")
            return Missed("first") if last is None else self.difference(last)
        seconds = self.own.get("ttl")
        if seconds is not None and there.made + seconds * 1000 < time.time() * 1000:
            return Missed("expired", run=there.run)
        return there

    def difference(self, last: Entry) -> Missed:
        for field in FIELDS:
            before, now = last.fields.get(field), self.fields[field]
            if before == now:
                continue
            names = []
            if isinstance(now, dict) and isinstance(before, dict):
                names = sorted(name for name in {*before, *now} if before.get(name) != now.get(name))
            return Missed(field, names[:SHOWN], last.run)
        return Missed("gone", run=last.run)

    def read(self, name: str) -> "Entry | None":
        """An entry by its name. One that can't be read is none: then the step runs."""
        text = self.store.read(f"{self.place}/{name}.json")
        try:
            document = json.loads(text or b"null")
            if not document or document["schema"] != SCHEMA or not is_inside(document["place"]):
                return None
            left = Manifest.parse(json.dumps(document["left"]).encode(), document["place"])
            return Entry(document["run"], int(document["madeAt"]), document["fields"], left)
        except (ValueError, KeyError, TypeError, AttributeError, Failure):
            return None

    def take(self, entry: Entry, manifest: Manifest) -> None:
        """Copies what the entry names into this run; all of it, or `Gone`."""
        files = [
            (entry.left.key(one), one, f"{self.origin}/{manifest.key(one)}") for one in entry.left.entries if "sha256" in one
        ]
        self.store.copy_all(files)
        manifest.entries = entry.left.entries

    def remember(self, manifest: Manifest, made: "Entry | None" = None) -> None:
        """
        Writes the entry once the outputs are kept. Without one the next run does the work again, and nothing fails. `made` is the entry
        that they were taken from: they become no younger by that.
        """
        document = {
            "schema": SCHEMA,
            "run": made.run if made else manifest.run,
            "madeAt": made.made if made else int(time.time() * 1000),
            "place": f"{self.origin}/{manifest.place}",
            "fields": self.fields,
            "left": json.loads(manifest.text()),
        }
        text = (json.dumps(document) + "\n").encode()
        try:
            for name in (self.key(), "last"):
                self.store.write(f"{self.place}/{name}.json", text)
        except (Failure, OSError) as failure:
            say(f"what this step left can't be taken by later runs: {failure}")


def missed_text(missed: Missed) -> str:
    """`the parameters differ from run r-1: TOP`"""
    since = f"run {missed.run}"
    names = f": {', '.join(name if len(name) <= 80 else name[:79] + '…' for name in missed.names)}" if missed.names else ""
    words = {
        "not-asked": "the run was asked not to take anything from the cache",
        "first": "no run has left anything for it yet",
        "expired": f"what {since} left is older than the step's ttl",
        "checks": f"what {since} left isn't as the checks ask now",
        "gone": f"the files that {since} left are gone",
        "code": f"the code has changed since {since}",
        "command": f"its command, outputs, resources or names of secrets have changed since {since}",
        "environment": f"the environment differs from {since}{names}",
        "parameters": f"the parameters differ from {since}{names}",
        "inputs": f"the inputs differ from {since}{names}",
    }
    return words[missed.reason]


def digests_of(entries: "list[dict]") -> "dict[str, str]":
    """By path; of very many by the folder at the top, so that an entry stays small."""
    found = {f"{one['in']}/{one['path']}": one.get("sha256") or digest(one.get("link", "")) for one in entries}
    if len(found) <= MOST_INPUTS:
        return {path: value[:16] for path, value in sorted(found.items())}
    folders = {}
    for path, value in sorted(found.items()):
        top = "/".join(path.split("/")[:2])
        folders.setdefault(top, sha256()).update(f"{path}\0{value}\n".encode())
    return {top: each.hexdigest()[:16] for top, each in folders.items()}


def machine() -> "dict[str, str]":
    """A step's outputs may depend on the kind of machine and the Python that it runs with."""
    import sys

    return {"machine": os.uname().machine, "python": f"{sys.version_info[0]}.{sys.version_info[1]}"}


def digest(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:16]
