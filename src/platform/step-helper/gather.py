"""What a step leaves: found by its patterns, and what nobody declared besides."""

import os
import stat
import sys
import time
from array import array
from bisect import bisect_left

from manifest import Found, is_inside
from patterns import TOOLS, Patterns
from words import Failure, size_of

# https://man7.org/linux/man-pages/man2/clock_getres.2.html; its number is in
# include/uapi/linux/time.h.
CLOCK_REALTIME_COARSE = 5
MOST_FILES = 100_000
MOST_LOOKED_AT = 500_000
SHOWN = 5
KINDS = (
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


class Gathering:
    def __init__(self, folder: str, artifacts: str, outputs: "list[str]"):
        self.folder = folder
        self.artifacts = artifacts
        self.patterns = Patterns(outputs)
        self.before = array("q")
        self.saw_all = True
        self.undeclared = None

    def look_before(self) -> None:
        """
        Remembers what is there already: what the step leaves as it found it isn't kept once more. No clock is asked what is new: one that
        is set back, or a file system that has another clock, would hide it. What a pattern matches is remembered whatever there is;
        of the rest as much as is looked at afterwards.
        """
        found = [mark("artifacts", path, about) for path, about in walk(self.artifacts)]
        looked_at = 0
        for path, about in walk(self.folder, lambda path: self.is_entered(path, looked_at)):
            looked_at += 1
            if looked_at <= MOST_LOOKED_AT or self.patterns.match(path):
                found.append(mark("work", path, about))
        self.saw_all = looked_at <= MOST_LOOKED_AT
        # Sorted numbers: half a million files take 4 MB while the step runs.
        found.sort()
        self.before = array("q", found)
        wait_for_the_next_tick()

    def look_after(self) -> "list[Found]":
        found = [*self.outputs(), *self.own_artifacts()]
        if len(found) > MOST_FILES:
            raise Failure(f"the step leaves {len(found):,} files; at most {MOST_FILES:,} are kept: put them into an archive")
        return found

    def outputs(self) -> "list[Found]":
        for text in self.patterns.literals():
            path = os.path.join(self.folder, text.rstrip("/"))
            if not os.path.lexists(path):
                raise Failure(f'the step declares the output "{text}" and left none: write it, or take the line out of outputs')
            if text.endswith("/") and not os.path.isdir(path):
                raise Failure(f'the step declares the output "{text}", a folder, and left a file: take the slash away')
        found, others, looked_at = [], [], 0
        for path, about in walk(self.folder, lambda path: self.is_entered(path, looked_at)):
            looked_at += 1
            if below(os.path.join(self.folder, path), self.artifacts):
                continue
            if self.patterns.match(path):
                if self.is_new("work", path, about):
                    found.append(self.found("work", self.folder, path, about))
            elif self.saw_all and looked_at <= MOST_LOOKED_AT and stat.S_ISREG(about.st_mode) and self.is_new("work", path, about):
                if not TOOLS & set(path.split("/")) and not path.endswith(".pyc"):
                    others.append((path, about.st_size))
        self.undeclared = summary(others)
        return [one for one in found if one]

    def own_artifacts(self) -> "list[Found]":
        found = [self.found("artifacts", self.artifacts, path, about) for path, about in self.new_artifacts()]
        return [one for one in found if one]

    def new_artifacts(self):
        return ((path, about) for path, about in walk(self.artifacts) if self.is_new("artifacts", path, about))

    def is_entered(self, folder: str, looked_at: int) -> bool:
        seen_for_a_note = looked_at <= MOST_LOOKED_AT and folder.rpartition("/")[2] not in TOOLS
        return seen_for_a_note or self.patterns.leads(folder)

    def is_new(self, within: str, path: str, about: os.stat_result) -> bool:
        sought = mark(within, path, about)
        at = bisect_left(self.before, sought)
        return at == len(self.before) or self.before[at] != sought

    def found(self, within: str, root: str, path: str, about: os.stat_result) -> "Found | None":
        try:
            path.encode()
        except UnicodeEncodeError:
            raise Failure(f"{path!r} has a name that isn't UTF-8: rename it") from None
        full = os.path.join(root, path)
        for is_kind, kind in KINDS:
            if is_kind(about.st_mode):
                raise Failure(f"{path} is {kind}, which can't be kept: remove it before the step ends")
        if stat.S_ISDIR(about.st_mode):
            return Found(within, path, None, about.st_mode, None) if is_empty(full) else None
        if stat.S_ISLNK(about.st_mode):
            return Found(within, path, None, about.st_mode, self.link(root, path, full))
        return Found(within, path, full, about.st_mode, None)

    def link(self, root: str, path: str, full: str) -> str:
        target = os.readlink(full)
        there = os.path.normpath(os.path.join(os.path.dirname(path), target))
        inside = not os.path.isabs(target) and is_inside(there)
        if not inside or not below(os.path.realpath(full), root):
            raise Failure(
                f"{path} is a link to {target}, outside the folder that the step runs in: write the file itself, or leave the link out"
            )
        return target

    def metrics_files(self, found: "list[Found]", name: str) -> "list[str]":
        """Files of this name that the step has left: in its folder, among its outputs, or with the artifacts."""
        own = os.path.join(self.folder, name)
        files = [one.source for one in found if one.source and os.path.basename(one.path) == name]
        try:
            about = os.lstat(own)
        except OSError:
            return files
        is_new = stat.S_ISREG(about.st_mode) and self.is_new("work", name, about)
        return files if own in files or not is_new else [own, *files]

    def undeclared_note(self) -> "str | None":
        left = self.undeclared
        if not left:
            return None
        shown = ", ".join(f"{one['path']} ({size_of(one['bytes'])})" for one in left["paths"])
        more = "" if left["more"] == 0 else f" and {left['more']} more"
        patterns = ", ".join(f'"{one["path"]}"' for one in left["paths"])
        return (
            f"not kept, because the step doesn't declare {'it' if left['files'] == 1 else 'them'}: {shown}{more}; to keep"
            f" {'it' if left['files'] == 1 else 'them'}, add to the step in config.yaml: outputs: [{patterns}]"
        )


def temporary_folder() -> str:
    """For the step's artifacts, where nobody names a folder."""
    import tempfile

    return tempfile.mkdtemp(prefix="esteira-")


def walk(root: str, leads=lambda _: True):
    """Everything below a folder as (path, lstat), whatever it is; folders that nothing is sought in are passed over."""
    system = {"proc", "sys", "dev"} if root == "/" else set()
    open_folders = [""]
    while open_folders:
        folder = open_folders.pop()
        try:
            entries = list(os.scandir(os.path.join(root, folder)))
        except OSError:
            continue  # Not for this user to read, or gone again.
        for entry in entries:
            path = f"{folder}/{entry.name}" if folder else entry.name
            if path in system:
                continue
            try:
                about = entry.stat(follow_symlinks=False)
            except OSError:
                continue
            if not stat.S_ISDIR(about.st_mode) or leads(path):
                yield path, about
                if stat.S_ISDIR(about.st_mode):
                    open_folders.append(path)


def mark(within: str, path: str, about: os.stat_result) -> int:
    """A number of 64 bits for a path and what changes with every change of its file; of a folder its own existence counts."""
    if stat.S_ISDIR(about.st_mode):
        return hash((within, path, about.st_dev, about.st_ino))
    return hash((within, path, about.st_dev, about.st_ino, about.st_size, about.st_mtime_ns, about.st_ctime_ns))


def is_empty(folder: str) -> bool:
    with os.scandir(folder) as entries:
        return next(entries, None) is None


def below(path: str, root: str) -> bool:
    return path == root or path.startswith(root.rstrip("/") + "/")


def wait_for_the_next_tick() -> None:
    """
    File systems' times go by the kernel's ticks, of up to 10 ms: a file that is changed in place from now on gets another time than it
    had. Python has no name for Linux's clock of ticks; elsewhere two of the longest are waited for.
    """
    if not sys.platform.startswith("linux"):
        time.sleep(0.02)
        return
    now = time.clock_gettime_ns(CLOCK_REALTIME_COARSE)
    while time.clock_gettime_ns(CLOCK_REALTIME_COARSE) == now:
        time.sleep(0.001)


def summary(files: "list[tuple[str, int]]") -> "dict | None":
    """Files that nobody declared, by what would declare them: the folder at the top, or the file."""
    if not files:
        return None
    groups = {}
    for path, size in files:
        top, slash, _ = path.partition("/")
        group = groups.setdefault(top + slash, [0, 0])
        group[0] += 1
        group[1] += size
    largest = sorted(groups.items(), key=lambda one: (-one[1][1], one[0]))
    return {
        "files": len(files),
        "bytes": sum(size for _, size in files),
        "paths": [{"path": path, "files": count, "bytes": size} for path, (count, size) in largest[:SHOWN]],
        "more": sum(count for _, (count, _) in largest[SHOWN:]),
    }
