"""Artifacts in a folder of this machine."""

import errno
import fcntl
import json
import os

from cache import Gone
from copying import copy_contents, hash_of
from manifest import Found, Manifest, entry_of, file_entry
from parallel import each
from words import Failure, why

WORKERS = 4


class FolderStore:
    def __init__(self, root: str):
        self.root = root.rstrip("/")

    def path(self, key: str) -> str:
        return f"{self.root}/{key}"

    def prepare(self, place: str) -> None:
        """A folder that the step can write in; in S3 there is nothing to prepare."""
        self.kept(lambda: os.makedirs(self.path(place), exist_ok=True))

    def read(self, key: str) -> "bytes | None":
        try:
            with open(self.path(key), "rb") as file:
                return file.read()
        except FileNotFoundError:
            return None

    def read_all(self, keys: "list[str]") -> "list[bytes | None]":
        return [self.read(key) for key in keys]

    def folders(self, place: str) -> "list[str]":
        try:
            with os.scandir(self.path(place)) as entries:
                return sorted(f"{place}{entry.name}/" for entry in entries if entry.is_dir())
        except FileNotFoundError:
            return []

    def write(self, key: str, data: bytes) -> None:
        """Whole or not at all, also after a power cut. Processes of two containers may have one id."""
        path = self.path(key)
        temporary = f"{path}.{os.getpid()}.{os.urandom(4).hex()}"

        def put() -> None:
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(temporary, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, path)
            sync_folder(os.path.dirname(path))

        self.kept(put)

    def update(self, key: str, change) -> None:
        """Replaces a document by what `change` makes of it; who does so at the same time waits."""
        path = self.path(key)
        self.kept(lambda: os.makedirs(os.path.dirname(path), exist_ok=True))
        lock = self.kept(lambda: os.open(f"{path}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self.write(key, change(self.read(key)))
        finally:
            os.close(lock)

    def put_all(self, manifest: Manifest, found: "list[Found]") -> None:
        def put(one: Found) -> dict:
            if one.source is None:
                return entry_of(one)
            return self.kept(lambda: self.put(manifest, one))

        manifest.entries = each(put, found, WORKERS)

    def put(self, manifest: Manifest, one: Found) -> dict:
        """The copy is hashed, not the original: a process that still writes to that can't make the two differ."""
        target = self.path(manifest.key({"in": one.within, "path": one.path}))
        os.makedirs(os.path.dirname(target), exist_ok=True)
        source = opened(one)
        try:
            before = os.fstat(source)
            copy = os.open(target, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
            try:
                copy_contents(source, copy, before.st_size)
                os.fsync(copy)
                size = os.fstat(copy).st_size
                digest = hash_of(copy, 0, size)
            finally:
                os.close(copy)
            after = os.fstat(source)
            if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns) or size != before.st_size:
                raise changed(one)
        finally:
            os.close(source)
        return file_entry(one, size, digest)

    def get_all(self, files: "list[tuple[str, dict, str]]") -> None:
        def get(wanted: "tuple[str, dict, str]") -> None:
            key, entry, target = wanted
            try:
                source = os.open(self.path(key), os.O_RDONLY | os.O_CLOEXEC)
            except FileNotFoundError:
                raise Failure(f"{entry['path']} is among the outputs of an earlier step, and its file is gone: run that step again") from None
            try:
                if os.fstat(source).st_size != entry["size"]:
                    raise Failure(f"{entry['path']} isn't what an earlier step left: somebody changed it; run that step again")
                copy = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
                try:
                    copy_contents(source, copy, entry["size"])
                finally:
                    os.close(copy)
            except OSError as error:
                raise Failure(f"{entry['path']} can't be written in the step's folder: {why(error)}") from None
            finally:
                os.close(source)

        each(get, files, WORKERS)

    def copy_all(self, files: "list[tuple[str, dict, str]]") -> None:
        """Copies kept files by their keys, each with its entry; what isn't there as the entry says is `Gone`."""

        def copy(wanted: "tuple[str, dict, str]") -> None:
            key, entry, target = wanted
            try:
                source = os.open(self.path(key), os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
            except OSError:
                raise Gone from None
            try:
                self.kept(lambda: self.copy_file(source, entry, self.path(target)))
            finally:
                os.close(source)

        each(copy, files, WORKERS)

    def copy_file(self, source: int, entry: dict, target: str) -> None:
        if os.fstat(source).st_size != entry["size"]:
            raise Gone
        os.makedirs(os.path.dirname(target), exist_ok=True)
        copy = os.open(target, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        try:
            copy_contents(source, copy, entry["size"])
            os.fsync(copy)
            if hash_of(copy, 0, os.fstat(copy).st_size) != entry["sha256"]:
                raise Gone
        finally:
            os.close(copy)

    def commit(self, manifest: Manifest) -> None:
        """The manifest appears in one piece. What a later attempt has left isn't replaced by an earlier one that was given up."""
        place = self.path(manifest.place)
        self.kept(lambda: os.makedirs(place, exist_ok=True))
        lock = self.kept(lambda: os.open(f"{place}/.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            there = self.read(manifest.place + "/manifest.json")
            if there is not None and json.loads(there)["attempt"] > manifest.attempt:
                raise Failure("a later attempt of this step has kept its outputs already: those of this one aren't needed")
            self.write(manifest.place + "/manifest.json", manifest.text())
        finally:
            os.close(lock)

    def forget(self, place: str, attempt: str) -> None:
        """Removes what earlier attempts have left: nothing names it any more."""
        try:
            with os.scandir(self.path(place)) as entries:
                earlier = [entry.path for entry in entries if is_attempt(entry.name) and entry.name < attempt]
        except OSError:
            return
        for path in earlier:
            remove_folder(path)

    def remove(self, place: str) -> None:
        remove_folder(self.path(place).rstrip("/"))

    def kept(self, work):
        try:
            return work()
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise Failure(f"the step's outputs can't be kept: {why(error)} below {self.root}; make room and run it again") from None
            where = error.filename or self.root
            raise Failure(f"the step's outputs can't be kept: {where}: {why(error)}") from None


def opened(one: Found) -> int:
    """For reading. It was a file a moment ago; what has taken its place isn't followed."""
    try:
        return os.open(one.source, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        raise changed(one) from None
    except OSError as error:
        raise Failure(f"{one.path} can't be read: {why(error)}") from None


def changed(one: Found) -> Failure:
    return Failure(f"{one.path} was changed while it was being kept: end what writes to it before the step ends")


def sync_folder(path: str) -> None:
    folder = os.open(path, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def is_attempt(name: str) -> bool:
    return len(name) == 21 and name[12] == "-" and not set(name.replace("-", "", 1)) - set("0123456789abcdef")


def remove_folder(path: str) -> None:
    try:
        os.rmdir(path)
    except FileNotFoundError:
        pass
    except OSError:
        import shutil

        shutil.rmtree(path, ignore_errors=True)
