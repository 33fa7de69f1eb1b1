"""Artifacts in S3: streamed, in parts, several at a time, with checksums on the way there and back."""

import base64
import json
import os
import threading

from copying import hash_of
from credentials import source
from folder_store import changed, is_attempt, opened
from manifest import Found, Manifest, entry_of, file_entry
from parallel import each
from bodies import FileBody, MemoryBody, tag, tags
from s3_client import S3Client
from words import Failure, say, why

WORKERS = 8
PART = 16 << 20
MOST_PARTS = 9_000  # S3 takes 10,000
LONGEST_KEY = 1024


class S3Store:
    def __init__(self, place: str, sheet: dict):
        bucket, _, prefix = place.partition("/")
        self.prefix = prefix
        region = sheet.get("region") or os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or "us-east-1"
        self.client = S3Client(bucket, region, sheet.get("endpoint"), source())
        self.versions = {}

    def prepare(self, place: str) -> None:
        pass

    def key(self, key: str) -> str:
        found = self.prefix + key
        if len(found.encode()) > LONGEST_KEY:
            raise Failure(f"{key} is too long for S3, which takes names of {LONGEST_KEY:,} bytes: shorten the path")
        return found

    def read(self, key: str) -> "bytes | None":
        answer = self.client.request("GET", self.key(key), accept=(404,))
        if answer.status == 404:
            return None
        self.versions[key] = answer.headers.get("etag")
        return answer.content

    def read_all(self, keys: "list[str]") -> "list[bytes | None]":
        return each(self.read, keys, WORKERS)

    def folders(self, place: str) -> "list[str]":
        found = []
        for content in self.pages(place, delimiter="/"):
            found += [name[len(self.prefix) :] for name in tags(content, "Prefix") if name != self.prefix + place]
        return sorted(found)

    def pages(self, place: str, **more):
        query = {"list-type": "2", "prefix": self.prefix + place, **more}
        while True:
            content = self.client.request("GET", "", query=query).content
            yield content
            token = tag(content, "NextContinuationToken")
            if not token:
                return
            query["continuation-token"] = token

    def write(self, key: str, data: bytes, headers=None, accept=()):
        return self.client.request("PUT", self.key(key), headers=headers, body=MemoryBody(data), accept=accept)

    def update(self, key: str, change) -> None:
        """Replaces a document by what `change` makes of it; who finds that somebody was faster reads again."""
        for _ in range(10):
            there = self.read(key)
            condition = {"if-none-match": "*"} if there is None else {"if-match": self.versions[key]}
            data = change(there)
            answer = self.write(key, data, condition, accept=(404, 409, 412, 501))
            if answer.status == 501:
                answer = self.write(key, data)
            if answer.status < 300:
                return
        raise Failure(f"others keep writing {key}")

    def put_all(self, manifest: Manifest, found: "list[Found]") -> None:
        """Parts of large files and small files share the workers; one large file is as fast as many small ones."""
        small, large = [], []
        for at, one in enumerate(found):
            is_large = one.source is not None and os.lstat(one.source).st_size > PART
            (large if is_large else small).append((at, one))
        entries = [None] * len(found)

        def put(numbered: "tuple[int, Found]") -> None:
            at, one = numbered
            entries[at] = entry_of(one) if one.source is None else self.put_small(manifest, one)

        each(put, small, WORKERS)
        for at, one in large:
            entries[at] = self.put_large(manifest, one)
        manifest.entries = entries

    def put_small(self, manifest: Manifest, one: Found) -> dict:
        with Original(one) as original:
            digest = original.digest(0, original.size)
            key = self.key(manifest.key({"in": one.within, "path": one.path}))
            headers = {"x-amz-checksum-sha256": in_base64(digest)}
            self.client.request("PUT", key, headers=headers, body=FileBody(original.file, 0, original.size, digest))
            original.hold()
            return file_entry(one, original.size, digest)

    def put_large(self, manifest: Manifest, one: Found) -> dict:
        """The whole is hashed beside the parts, so that the file is read twice, and no more of it is in memory than what is being sent."""
        within = manifest.key({"in": one.within, "path": one.path})
        key = self.key(within)
        with Original(one) as original:
            part = max(PART, -(-original.size // MOST_PARTS))
            upload = tag(self.client.request("POST", key, query={"uploads": ""}).content, "UploadId")
            whole = threading.Thread(target=original.hash_whole, daemon=True)
            whole.start()
            try:

                def put(number: int) -> str:
                    offset = (number - 1) * part
                    size = min(part, original.size - offset)
                    body = FileBody(original.file, offset, size, original.digest(offset, size))
                    query = {"partNumber": number, "uploadId": upload}
                    return self.client.request("PUT", key, query=query, body=body).headers["etag"]

                etags = each(put, list(range(1, -(-original.size // part) + 1)), WORKERS)
                whole.join()
                original.hold()
                self.complete(within, upload, etags)
            except BaseException:
                self.abort(key, upload)
                raise
            return file_entry(one, original.size, original.whole)

    def abort(self, key: str, upload: str) -> None:
        """What was sent of it isn't paid for any longer. The bucket's own rules do so too, after some days."""
        try:
            self.client.request("DELETE", key, query={"uploadId": upload}, accept=(403, 404))
        except Failure:
            pass

    def get_all(self, files: "list[tuple[str, dict, str]]") -> None:
        small = [one for one in files if one[1]["size"] <= PART]
        each(self.get_small, small, WORKERS)
        for one in files:
            if one[1]["size"] > PART:
                self.get_large(*one)

    def get_small(self, wanted: "tuple[str, dict, str]") -> None:
        key, entry, target = wanted
        file = created(target, entry)
        try:
            self.fetch(key, entry, file, 0, None)
            check(file, entry)
        finally:
            os.close(file)

    def get_large(self, key: str, entry: dict, target: str) -> None:
        file = created(target, entry)
        try:
            os.ftruncate(file, entry["size"])
            ranges = [(at, min(at + PART, entry["size"]) - 1) for at in range(0, entry["size"], PART)]
            each(lambda one: self.fetch(key, entry, file, *one), ranges, WORKERS)
            check(file, entry)
        except OSError as error:
            raise Failure(f"{entry['path']} can't be written in the step's folder: {why(error)}") from None
        finally:
            os.close(file)

    def fetch(self, key: str, entry: dict, file: int, begin: int, end: "int | None") -> None:
        def sink(at: int, data: bytes) -> None:
            rest = memoryview(data)
            while rest:
                try:
                    count = os.pwrite(file, rest, begin + at)
                except OSError as error:
                    raise Failure(f"{entry['path']} can't be written in the step's folder: {why(error)}") from None
                rest, at = rest[count:], at + count

        headers = {} if end is None else {"range": f"bytes={begin}-{end}"}
        answer = self.client.request("GET", self.key(key), headers=headers, sink=sink, accept=(404, 416))
        if answer.status >= 300:
            raise Failure(f"{entry['path']} is among the outputs of an earlier step, and its file is gone: run that step again")

    def copy_all(self, files: "list[tuple[str, dict, str]]") -> None:
        """Has S3 copy kept files by their keys, each with its entry; what isn't there as the entry says is `Gone`."""
        from s3_copies import S3Copies

        S3Copies(self).copy_all(files)

    def refuse_late(self, target: str, answer) -> None:
        """S3 may refuse after it has said 200: the document tells."""
        if tag(answer.content, "Code"):
            raise Failure(self.client.refused("PUT", self.key(target), answer))

    def complete(self, key: str, upload: str, etags: "list[str]") -> None:
        parts = "".join(f"<Part><PartNumber>{at}</PartNumber><ETag>{etag}</ETag></Part>" for at, etag in enumerate(etags, 1))
        document = f"<CompleteMultipartUpload>{parts}</CompleteMultipartUpload>".encode()
        answer = self.client.request("POST", self.key(key), query={"uploadId": upload}, body=MemoryBody(document))
        self.refuse_late(key, answer)

    def commit(self, manifest: Manifest) -> None:
        """
        S3 decides which of two attempts was first: the manifest is written where there is none, or over the one that was read. Who loses
        reads again, and gives way to an attempt that began later.
        """
        key = manifest.place + "/manifest.json"
        for _ in range(10):
            there = self.read(key)
            if there is not None and json.loads(there)["attempt"] > manifest.attempt:
                raise Failure("a later attempt of this step has kept its outputs already: those of this one aren't needed")
            condition = {"if-none-match": "*"} if there is None else {"if-match": self.versions[key]}
            # 501: a store that looks like S3 and has no conditional writes.
            answer = self.write(key, manifest.text(), condition, accept=(404, 409, 412, 501))
            if answer.status == 501:
                answer = self.write(key, manifest.text())
            if answer.status < 300:
                return
        raise Failure("others keep writing this step's outputs: stop what runs it twice")

    def forget(self, place: str, attempt: str) -> None:
        """Removes what earlier attempts have left: nothing names it any more. What isn't to be removed costs its place, and no more."""
        names = [one.rstrip("/").rpartition("/")[2] for one in self.folders(place + "/")]
        for name in names:
            if is_attempt(name) and name < attempt:
                self.remove(f"{place}/{name}/")

    def remove(self, place: str) -> None:
        try:
            keys = [key for content in self.pages(place) for key in tags(content, "Key")]
            each(lambda key: self.client.request("DELETE", key, accept=(404,)), keys, WORKERS)
        except Failure as failure:
            say(f"what isn't needed any more stays in S3: {failure}")


class Original:
    """A file that is being kept, which nobody may change meanwhile."""

    def __init__(self, one: Found):
        self.one = one

    def __enter__(self) -> "Original":
        self.file = opened(self.one)
        self.about = os.fstat(self.file)
        self.size = self.about.st_size
        self.whole = ""
        return self

    def __exit__(self, *_) -> None:
        os.close(self.file)

    def digest(self, offset: int, size: int) -> str:
        found = hash_of(self.file, offset, offset + size)
        if os.fstat(self.file).st_size < offset + size:
            raise changed(self.one)
        return found

    def hash_whole(self) -> None:
        try:
            self.whole = self.digest(0, self.size)
        except Failure:
            pass  # `hold` says it.

    def hold(self) -> None:
        """Fails when it isn't what it was."""
        now = os.fstat(self.file)
        if (now.st_size, now.st_mtime_ns) != (self.about.st_size, self.about.st_mtime_ns):
            raise changed(self.one)


def created(target: str, entry: dict) -> int:
    try:
        return os.open(target, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise Failure(f"{entry['path']} can't be written in the step's folder: {why(error)}") from None


def check(file: int, entry: dict) -> None:
    if hash_of(file, 0, os.fstat(file).st_size) != entry["sha256"]:
        raise Failure(f"{entry['path']} isn't what an earlier step left: its checksum differs; run that step again")


def in_base64(digest: str) -> str:
    return base64.b64encode(bytes.fromhex(digest)).decode()
