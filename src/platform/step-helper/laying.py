"""Laying what earlier steps left where it was."""

import os

from gather import below
from manifest import Manifest, apply_mode
from patterns import Patterns
from told import Failure, why


class Laying:
    """
    Of two steps that left the same file, the one that came after the other counts. Where neither did, or two items of one step left it,
    nobody could say which it is: then nothing is laid.
    """

    def __init__(self, store, folder: str, scratch: str, inputs: "list[str] | None"):
        self.store = store
        self.folder = folder
        self.scratch = os.path.realpath(scratch)
        self.inputs = inputs
        self.patterns = Patterns(inputs or [])
        self.wanted = {}

    def add(self, step: str, left: "list[Manifest]", before: "list[str]") -> None:
        """Of a step whose predecessors have been added; `before` are their names."""
        for manifest in left:
            for entry in manifest.entries:
                if not self.is_wanted(step, entry):
                    continue
                target = self.target(step, entry)
                other, same = self.wanted.get(target, (None, None))
                if other is not None and not is_same(same, entry) and other.step not in before:
                    raise Failure(collision(other, manifest, entry["path"]))
                self.wanted[target] = (manifest, entry)

    def is_wanted(self, step: str, entry: dict) -> bool:
        if self.inputs is None or step in self.inputs:
            return True
        return entry["in"] == "work" and self.patterns.match(entry["path"])

    def target(self, step: str, entry: dict) -> str:
        root = self.folder if entry["in"] == "work" else os.path.join(self.scratch, step)
        return os.path.join(root, entry["path"])

    def carry_out(self) -> "tuple[int, int]":
        """How many files were laid, and their bytes."""
        files = []
        for target, (manifest, entry) in sorted(self.wanted.items()):
            try:
                self.make_room(target, entry)
                if entry.get("folder"):
                    os.makedirs(target, exist_ok=True)
                elif "link" not in entry:
                    files.append((manifest.key(entry), entry, target))
            except OSError as error:
                raise Failure(unwritable(target, self.folder, error)) from None
        self.store.get_all(files)
        for target, (_, entry) in sorted(self.wanted.items()):
            try:
                if "link" in entry:
                    os.symlink(entry["link"], target)
                elif "mode" in entry:
                    apply_mode(target, entry)
            except OSError as error:
                raise Failure(unwritable(target, self.folder, error)) from None
        return len(files), sum(entry["size"] for _, entry, _ in files)

    def make_room(self, target: str, entry: dict) -> None:
        """Its folder, and nothing of another kind in its place. A link on the way must not lead out of the folder."""
        parent = os.path.dirname(target)
        root = self.folder if below(target, self.folder) and not below(target, self.scratch) else self.scratch
        if not below(os.path.realpath(parent), root):
            raise Failure(f"{os.path.relpath(target, root)} can't be laid: a link leads it out of the folder that the step runs in")
        os.makedirs(parent, exist_ok=True)
        if entry.get("folder"):
            return
        if os.path.isdir(target) and not os.path.islink(target):
            raise Failure(f"{os.path.relpath(target, root)} can't be laid: there is a folder of this name in the step's sources")
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


def unwritable(target: str, folder: str, error: OSError) -> str:
    remedy = ""
    if isinstance(error, PermissionError) or error.errno == 30:  # EROFS
        remedy = ": the user that the step runs as has to own this folder (in the Dockerfile: RUN chown, before USER)"
    return f"{os.path.relpath(target, folder)} can't be written in {folder}: {why(error)}{remedy}"
