"""Laying what earlier steps left where it was."""

import errno
import os
from contextlib import contextmanager

from gather import below
from manifest import Manifest, apply_mode
from patterns import Patterns
from words import Failure, say, why


class Laying:
    """
    Of two steps that left the same file, the one that came after the other counts. Where neither did, or two items of one step left it,
    nobody could say which it is: then nothing is laid. Of files for people, such as two steps' `metrics.json`, neither is.
    """

    def __init__(self, store, folder: str, artifacts: str, inputs: "list[str] | None"):
        self.store = store
        self.roots = {"work": folder, "artifacts": artifacts}
        self.inputs = inputs
        self.patterns = Patterns(inputs or [])
        self.wanted = {}
        self.unclear = set()

    def add(self, step: str, left: "list[Manifest]", before: "list[str]") -> None:
        """Of a step whose predecessors have been added; `before` are their names."""
        for manifest in left:
            for entry in manifest.entries:
                if not self.is_wanted(step, entry):
                    continue
                place = (entry["in"], entry["path"])
                other, same = self.wanted.get(place, (None, None))
                if other is not None and not is_same(same, entry) and other.step not in before:
                    if entry["in"] == "work":
                        raise Failure(collision(other, manifest, entry["path"]))
                    self.unclear.add(place)
                self.wanted[place] = (manifest, entry)

    def is_asked(self, step: str) -> bool:
        return self.inputs is None or step in self.inputs

    def is_wanted(self, step: str, entry: dict) -> bool:
        return self.is_asked(step) or self.patterns.match(entry["path"])

    def given(self) -> "list[tuple[tuple[str, str], Manifest, dict]]":
        """What is to be laid: its place, who left it, and its entry."""
        return [(place, *one) for place, one in sorted(self.wanted.items()) if place not in self.unclear]

    def carry_out(self) -> "tuple[int, int]":
        """How many files were laid, and their bytes."""
        wanted = self.given()
        for within, path in sorted(self.unclear):
            say(f"{path} isn't laid in ESTEIRA_ARTIFACTS_DIR: more than one step or item before this one left it")
        files = []
        for (within, path), manifest, entry in wanted:
            with self.writing(within, path) as target:
                self.make_room(within, target, entry)
                if entry.get("folder"):
                    os.makedirs(target, exist_ok=True)
                elif "link" not in entry:
                    files.append((manifest.key(entry), entry, target))
        self.store.get_all(files)
        for (within, path), _, entry in wanted:
            with self.writing(within, path) as target:
                if "link" in entry:
                    os.symlink(entry["link"], target)
                elif "mode" in entry:
                    apply_mode(target, entry)
        return len(files), sum(entry["size"] for _, entry, _ in files)

    @contextmanager
    def writing(self, within: str, path: str):
        try:
            yield os.path.join(self.roots[within], path)
        except OSError as error:
            raise Failure(unwritable(path, self.roots[within], error)) from None

    def make_room(self, within: str, target: str, entry: dict) -> None:
        """Its folder, and nothing of another kind in its place. A link on the way must not lead out of the folder."""
        parent, root, path = os.path.dirname(target), self.roots[within], entry["path"]
        if not below(os.path.realpath(parent), root):
            raise Failure(f"{path} can't be laid: a link leads it out of the folder that the step runs in")
        os.makedirs(parent, exist_ok=True)
        if entry.get("folder"):
            return
        if os.path.isdir(target) and not os.path.islink(target):
            raise Failure(f"{path} can't be laid: a folder of the step's sources has this name")
        if os.path.lexists(target):
            os.unlink(target)


def is_same(one: dict, other: dict) -> bool:
    return all(one.get(key) == other.get(key) for key in ("sha256", "link", "folder"))


def collision(one: Manifest, other: Manifest, path: str) -> str:
    if one.step == other.step:
        return (
            f"the items {shown(one.item)} and {shown(other.item)} of step {one.step} both left {path}, with different content: let each"
            " write a file with the item in its name"
        )
    return (
        f"the steps {one.step} and {other.step} both left {path}, with different content, and neither comes before the other: give the files"
        " different names, or narrow what this step is given with inputs"
    )


def shown(item: "str | None") -> str:
    text = item or ""
    return text if len(text) <= 40 else text[:39] + "…"


def unwritable(path: str, folder: str, error: OSError) -> str:
    remedy = ""
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        remedy = ": the user that the step runs as has to own this folder (in the Dockerfile, RUN chown before USER)"
    return f"{path} can't be written in {folder}: {why(error)}{remedy}"
