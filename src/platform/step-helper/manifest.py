"""What a step has left, as one document: the commit mark of its outputs."""

import json
import os
import time
from collections import namedtuple

from words import Failure

SCHEMA = 1


class Found(namedtuple("Found", "within path source mode link")):
    """
    Something that the step left: a file with its `source`, a `link` with its target, or an empty folder. It is `within` work or
    artifacts. (`typing` takes as long to load as the half of all other modules.)
    """


class Manifest:
    def __init__(self, step: str, item: "str | None", run: str, attempt: str, place: str):
        self.step = step
        self.item = item
        self.run = run
        self.attempt = attempt
        self.place = place
        self.entries = []
        self.checks = []

    def key(self, entry: dict) -> str:
        return f"{self.place}/{self.attempt}/{entry['in']}/{entry['path']}"

    def text(self) -> bytes:
        fields = {
            "schema": SCHEMA,
            "step": self.step,
            **({} if self.item is None else {"item": self.item}),
            "run": self.run,
            "attempt": self.attempt,
            "committedAt": int(time.time() * 1000),
            **({"checks": self.checks} if self.checks else {}),
            "entries": sorted(self.entries, key=lambda entry: (entry["in"], entry["path"])),
        }
        return (json.dumps(fields, indent=1) + "\n").encode()

    @classmethod
    def parse(cls, text: bytes, place: str) -> "Manifest":
        fields = json.loads(text)
        if fields.get("schema") != SCHEMA:
            raise Failure(f"{place}/manifest.json is of a newer Esteira: deploy again with that one")
        found = cls(fields["step"], fields.get("item"), fields["run"], fields["attempt"], place)
        found.entries = fields["entries"]
        found.checks = fields.get("checks", [])
        for entry in found.entries:
            if entry["in"] not in ("work", "artifacts") or not is_inside(entry["path"]):
                raise Failure(f"{place}/manifest.json names {entry['path']!r}, which is outside the step's folder: it isn't Esteira's work")
        return found


def is_inside(path: str) -> bool:
    return bool(path) and not path.startswith("/") and ".." not in path.split("/") and "\0" not in path


def newest(manifests: "list[Manifest]") -> "list[Manifest]":
    """Those of the run that has kept any last: when a list changed, items of before are none any more."""
    last = max(manifests, key=lambda one: one.attempt, default=None)
    return [one for one in manifests if last and one.run == last.run]


def entry_of(found: Found) -> dict:
    """The entry of what has no content."""
    if found.link is not None:
        return {"in": found.within, "path": found.path, "link": found.link}
    return {"in": found.within, "path": found.path, "folder": True, "mode": f"{found.mode & 0o777:o}"}


def file_entry(found: Found, size: int, digest: str) -> dict:
    return {"in": found.within, "path": found.path, "size": size, "sha256": digest, "mode": f"{found.mode & 0o777:o}"}


def apply_mode(path: str, entry: dict) -> None:
    os.chmod(path, int(entry["mode"], 8) & 0o777)
