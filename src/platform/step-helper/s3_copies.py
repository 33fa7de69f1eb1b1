"""Copies inside S3, which no byte of comes to this machine."""

from bodies import tag
from cache import Gone
from parallel import each
from signing import encoded

WORKERS = 8
MOST_PARTS = 9_000  # S3 takes 10,000
MOST_COPIED = 1 << 30  # S3 copies 5 GB in one request; in parts it is faster
COPIED_PART = 256 << 20


class S3Copies:
    """What isn't there as its entry says is `Gone`."""

    def __init__(self, store):
        self.store = store

    def copy_all(self, files: "list[tuple[str, dict, str]]") -> None:
        each(self.copy, [one for one in files if one[1]["size"] <= MOST_COPIED], WORKERS)
        for one in files:
            if one[1]["size"] > MOST_COPIED:
                self.copy_large(*one)

    def copy(self, wanted: "tuple[str, dict, str]") -> None:
        key, entry, target = wanted
        self.hold(key, entry)
        answer = self.store.client.request("PUT", self.store.key(target), headers=self.source_of(key), accept=(404, 412))
        if answer.status >= 300:
            raise Gone
        self.store.refuse_late(target, answer)

    def copy_large(self, key: str, entry: dict, target: str) -> None:
        """S3 copies at most 5 GB at once: https://docs.aws.amazon.com/AmazonS3/latest/userguide/CopyingObjectsMPUapi.html"""
        self.hold(key, entry)
        size, place = entry["size"], self.store.key(target)
        part = max(COPIED_PART, -(-size // MOST_PARTS))
        upload = tag(self.store.client.request("POST", place, query={"uploads": ""}).content, "UploadId")
        try:

            def put(number: int) -> str:
                begin = (number - 1) * part
                span = {"x-amz-copy-source-range": f"bytes={begin}-{min(begin + part, size) - 1}"}
                query = {"partNumber": number, "uploadId": upload}
                answer = self.store.client.request("PUT", place, query=query, headers={**self.source_of(key), **span}, accept=(404, 412))
                if answer.status >= 300:
                    raise Gone
                self.store.refuse_late(target, answer)
                return tag(answer.content, "ETag")

            self.store.complete(target, upload, each(put, list(range(1, -(-size // part) + 1)), WORKERS))
        except BaseException:
            self.store.abort(place, upload)
            raise

    def hold(self, key: str, entry: dict) -> None:
        """Whether a file has the size that it had; what it contains is checked where it is read."""
        found = self.store.client.request("HEAD", self.store.key(key), accept=(404,))
        if found.status >= 300 or int(found.headers.get("content-length", "-1")) != entry["size"]:
            raise Gone

    def source_of(self, key: str) -> "dict[str, str]":
        return {"x-amz-copy-source": encoded(f"{self.store.client.bucket}/{self.store.key(key)}", "/")}
