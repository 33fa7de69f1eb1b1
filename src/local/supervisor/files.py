"""Small files, read and written whole."""

import os
import time

WRITE_TRIES = 300
RESERVED_BYTES = 512


def reserve(name: str) -> None:
    """Takes the space on the disk that `write_durably` needs for this file: what fits in it can be written later, too."""
    try:
        write_whole(temporary_of(name), b" " * RESERVED_BYTES)
    except OSError:
        pass  # Then there is none, and `write_durably` waits for some.


def write_durably(name: str, text: str, exclusive: bool = False, tries: int = WRITE_TRIES, enough=lambda: False) -> bool:
    """
    Whole or not at all, also after a power cut. False when `exclusive` and somebody else's stands there. What the disk refuses
    is tried again each second, unless `enough` says that nobody waits for it or the folder itself is gone.
    """
    while True:
        tries -= 1
        try:
            return put(name, text.encode(), exclusive)
        except OSError as error:
            if tries == 0 or enough() or folder_is_gone():
                raise
            complain(f"{name}: {error}; trying again")
            time.sleep(1)


def folder_is_gone() -> bool:
    """Whether the folder that this process works in was deleted; one that was moved is there."""
    try:
        os.getcwd()
    except FileNotFoundError:
        return True
    return False


def put(name: str, data: bytes, exclusive: bool) -> bool:
    temporary = temporary_of(name)
    write_whole(temporary, data)
    if exclusive:
        try:
            os.link(temporary, name)
        except FileExistsError:
            return False
        finally:
            os.unlink(temporary)
    else:
        os.replace(temporary, name)
    folder = os.open(".", os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return True


def write_whole(path: str, data: bytes) -> None:
    """Over what stands there, so that space that was reserved is used. Safe on the disk when it returns."""
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(file, rest) :]
        os.ftruncate(file, len(data))
        os.fsync(file)
    finally:
        os.close(file)


def temporary_of(name: str) -> str:
    return f"{name}.{os.getpid()}"


def complain(text: str) -> None:
    """Into the supervisor's log. A disk without space for it is no reason to end."""
    try:
        os.write(2, f"{text}\n".encode())
    except OSError:
        pass


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
