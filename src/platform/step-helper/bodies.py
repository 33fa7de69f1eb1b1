"""What requests to S3 carry, and what their answers are."""

import http.client
import os
import re
from collections import namedtuple
from hashlib import sha256

from words import Failure

PIECE = 1 << 18


class MemoryBody:
    """A small document."""

    def __init__(self, data: bytes):
        self.data = data
        self.size = len(data)
        self.digest = sha256(data).hexdigest()

    def send(self, connection: http.client.HTTPConnection) -> None:
        connection.send(self.data)


class FileBody(namedtuple("FileBody", "file offset size digest")):
    """A part of an open file, read as it is sent. `digest`: its SHA-256 in hexadecimal digits."""

    def send(self, connection: http.client.HTTPConnection) -> None:
        at, end = self.offset, self.offset + self.size
        while at < end:
            data = os.pread(self.file, min(PIECE, end - at), at)
            if not data:
                raise Failure("a file became shorter while it was being kept: end what writes to it before the step ends")
            connection.send(data)
            at += len(data)


class Answer(namedtuple("Answer", "status headers content")):
    """Headers by their names in small letters; the content in bytes, unless it went elsewhere."""

    def code(self) -> str:
        return tag(self.content, "Code")


def take(response: http.client.HTTPResponse, sink) -> None:
    """Gives a body piece by piece, each with its place."""
    at = 0
    while True:
        data = response.read(PIECE)
        if not data:
            break
        sink(at, data)
        at += len(data)
    wanted = response.headers.get("content-length")
    if wanted is not None and int(wanted) != at:
        raise http.client.IncompleteRead(b"", int(wanted) - at)


def tag(content: bytes, name: str) -> str:
    """The text of the first element of this name: S3's documents are flat where it matters."""
    return next(iter(tags(content, name)), "")


def tags(content: bytes, name: str) -> "list[str]":
    found = re.findall(b"<" + name.encode() + b">([^<]*)</", content)
    return [unescaped(one.decode("utf-8", "replace")) for one in found]


def unescaped(text: str) -> str:
    from html import unescape

    return unescape(text)
