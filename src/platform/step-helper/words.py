"""Lines for the log of the step, and how failures get there."""

import os

EXIT_FAILED = 74  # EX_IOERR of sysexits.h: what was left before or is left now can't be moved.


EXIT_UNMET = 65  # EX_DATAERR: what the step leaves isn't as its checks ask.


class Failure(Exception):
    """What went wrong, and what to do about it, in one line for the step's log."""

    code = EXIT_FAILED


class Unmet(Failure):
    """A check isn't met that fails the step."""

    code = EXIT_UNMET


def say(text: str) -> None:
    """A line of the step's log. A log that can't be written to is no reason to end."""
    try:
        os.write(2, f"esteira: {text}\n".encode("utf-8", "backslashreplace"))
    except OSError:
        pass


def size_of(count: int) -> str:
    """1234567 as `1.2 MB`."""
    amount = float(count)
    for unit in ("bytes", "kB", "MB", "GB"):
        if amount < 1000:
            return f"{count} bytes" if unit == "bytes" else f"{amount:.1f} {unit}"
        amount /= 1000
    return f"{amount:.1f} TB"


def count_of(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def why(error: OSError) -> str:
    """What the system said, without the numbers and names that Python adds."""
    return (error.strerror or str(error)).lower()
