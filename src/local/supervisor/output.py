"""The step's output on its way into the attempt's log."""

import os
import time

from masks import Mask

PROGRESS_SECONDS = 5.0
LONGEST_LINE = 256 * 1024


class Stream:
    """One output of the step: bytes in, whole lines out, without secrets. Text that a lone carriage return overwrites is written now and then."""

    def __init__(self, mark: bytes, mask: Mask):
        self.mark = mark
        self.mask = mask
        self.rest = b""
        self.overwritten = b""
        self.told_at = time.monotonic()

    def feed(self, data: bytes) -> "list[bytes]":
        *whole, rest = (self.rest + data).split(b"\n")
        lines = [piece for line in whole for piece in pieces(self.mask(shown(line)))]
        if whole:
            self.overwritten = b""
        begin = rest.rstrip(b"\r").rfind(b"\r") + 1
        if begin:
            self.overwritten = shown(rest[:begin])
        # A secret that has only begun is cut nowhere.
        *full, self.rest = pieces(rest[begin:], self.mask)
        return lines + full

    def progress(self, now: float) -> "list[bytes]":
        if not self.overwritten or now < self.told_at + PROGRESS_SECONDS:
            return []
        self.told_at, line, self.overwritten = now, self.overwritten, b""
        return pieces(self.mask(line))

    def end(self) -> "list[bytes]":
        line, self.rest = self.mask(shown(self.rest)), b""
        return pieces(line) if line else []


def shown(line: bytes) -> bytes:
    """What a terminal shows of a line in the end, after its carriage returns."""
    line = line.rstrip(b"\r")
    return line[line.rfind(b"\r") + 1 :]


def pieces(line: bytes, unfinished: "Mask | None" = None) -> "list[bytes]":
    """Cuts a line at LONGEST_LINE, never inside a UTF-8 character; of an unfinished one, never inside a secret."""
    found = []
    margin = 0
    if unfinished and len(line) > LONGEST_LINE + unfinished.longest:
        line, margin = unfinished(line), unfinished.longest
    elif unfinished:
        return [line]
    while len(line) > LONGEST_LINE + margin:
        end = LONGEST_LINE
        while end > LONGEST_LINE - 4 and line[end] & 0xC0 == 0x80:
            end -= 1
        found.append(line[:end])
        line = line[end:]
    return [*found, line]


class Log:
    def __init__(self, path: str):
        self.file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        self.latest = 0

    def write(self, mark: bytes, lines: "list[bytes]") -> None:
        if not lines:
            return
        self.latest = max(self.latest, milliseconds())
        head = b"%d %s " % (self.latest, mark)
        text = b"".join([head + line + b"\n" for line in lines])
        data = memoryview(text.decode("utf-8", "replace").encode())
        try:
            while data:
                data = data[os.write(self.file, data) :]
        except OSError:
            pass  # A full disk costs lines of the log, not the step.

    def say(self, text: str) -> None:
        self.write(b"s", [text.encode()])


def milliseconds() -> int:
    return int(time.time() * 1000)
