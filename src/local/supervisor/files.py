"""Small files, read and written whole."""

import os
import sys
import time

WRITE_TRIES = 300


def write_durably(name: str, text: str, exclusive: bool) -> bool:
    """Whole or not at all, also after a power cut. False when `exclusive` and somebody else's stands there."""
    temporary = f"{name}.{os.getpid()}"
    for last_try in [False] * WRITE_TRIES + [True]:
        try:
            file = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o644)
            try:
                os.write(file, text.encode())
                os.fsync(file)
            finally:
                os.close(file)
            break
        except OSError as error:
            if exclusive or last_try:
                raise
            print(f"{name}: {error}; trying again", file=sys.stderr, flush=True)
            time.sleep(1)
    try:
        if exclusive:
            os.link(temporary, name)
            os.unlink(temporary)
        else:
            os.replace(temporary, name)
    except FileExistsError:
        os.unlink(temporary)
        return False
    folder = os.open(".", os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)
    return True


def read(path: str) -> bytes:
    """A whole file; empty when it is gone or not ours to read."""
    found = []
    try:
        file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            while data := os.read(file, 65536):
                found.append(data)
        finally:
            os.close(file)
    except OSError:
        return b""
    return b"".join(found)
