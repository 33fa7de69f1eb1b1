"""What the helper's tests share: steps in folders, an S3, and the helper's modules on the path."""

import hashlib
import http.server
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import unittest
from urllib.parse import parse_qs, unquote, urlsplit

HELPER = os.path.join(os.path.dirname(__file__), "../../src/platform/step-helper")
sys.path.insert(0, HELPER)

COMPILED = tempfile.TemporaryDirectory(prefix="esteira-compiled-")
# What takes long is the same on every Python: one of them does it.
LONG = bool(os.environ.get("ESTEIRA_TEST_LONG"))
takes_long = unittest.skipUnless(LONG, "ESTEIRA_TEST_LONG isn't set")
GIB = 1 << 30


class FakeS3(http.server.ThreadingHTTPServer):
    """Enough of S3 for the helper: what it got is in `objects`, and `faults` answer first."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self):
        self.objects = {}
        self.uploads = {}
        self.faults = []
        self.requests = []
        self.lock = threading.Lock()
        super().__init__(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status: int, content: bytes = b"", **headers: str):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def handle_any(self):
        server, parts = self.server, urlsplit(self.path)
        query, key = parse_qs(parts.query, keep_blank_values=True), unquote(parts.path).split("/", 2)[-1]
        size, digest, rest = 0, hashlib.sha256(), int(self.headers.get("content-length", 0))
        content = b""
        while size < rest:
            data = self.rfile.read(min(1 << 20, rest - size))
            size += len(data)
            digest.update(data)
            content = content + data if rest < 1 << 20 else b""
        with server.lock:
            server.requests.append((self.command, key, self.headers.get("authorization", "")))
            fault = server.faults.pop(0) if server.faults else None
        if fault:
            return self.answer(*fault)
        if self.headers.get("x-amz-content-sha256") != digest.hexdigest():
            return self.answer(400, b"<Error><Code>XAmzContentSHA256Mismatch</Code></Error>")
        return getattr(self, "on_" + self.command)(server, key, query, content, size)

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = handle_any

    def on_HEAD(self, server, key, _query, _content, _size):
        return self.answer(200, server.objects[key]) if key in server.objects else self.answer(404)

    def on_GET(self, server, key, query, _content, _size):
        if "list-type" in query:
            prefix = query["prefix"][0]
            found = sorted(name for name in server.objects if name.startswith(prefix))
            return self.answer(200, "".join(f"<Key>{name}</Key>" for name in found).encode())
        if key not in server.objects:
            return self.answer(404, b"<Error><Code>NoSuchKey</Code></Error>")
        return self.answer(200, server.objects[key], etag=etag(server.objects[key]))

    def on_PUT(self, server, key, query, content, size):
        source = self.headers.get("x-amz-copy-source")
        if source is not None:
            copied = server.objects.get(unquote(source).partition("/")[2])
            if copied is None:
                return self.answer(404, b"<Error><Code>NoSuchKey</Code></Error>")
            if "partNumber" in query:
                begin, end = self.headers["x-amz-copy-source-range"].partition("=")[2].split("-")
                with server.lock:
                    server.uploads[query["uploadId"][0]].append(int(end) - int(begin) + 1)
                return self.answer(200, b"<ETag>&quot;x&quot;</ETag>")
            server.objects[key] = copied
            return self.answer(200, b"<ETag>&quot;x&quot;</ETag>")
        if "partNumber" in query:
            with server.lock:
                server.uploads[query["uploadId"][0]].append(size)
            return self.answer(200, etag=f'"{query["partNumber"][0]}"')
        with server.lock:
            there = server.objects.get(key)
            if self.headers.get("if-none-match") and there is not None:
                return self.answer(412, b"<Error><Code>PreconditionFailed</Code></Error>")
            if self.headers.get("if-match") not in (None, there and etag(there)):
                return self.answer(412, b"<Error><Code>PreconditionFailed</Code></Error>")
            server.objects[key] = content
        return self.answer(200, etag=etag(content))

    def on_POST(self, server, key, query, _content, _size):
        if "uploads" in query:
            server.uploads[key] = []
            return self.answer(200, f"<UploadId>{key}</UploadId>".encode())
        server.objects[key] = b"%d" % sum(server.uploads.pop(query["uploadId"][0]))
        return self.answer(200, b"<ETag>x</ETag>")

    def on_DELETE(self, server, key, query, _content, _size):
        server.uploads.pop(query.get("uploadId", [""])[0], None)
        server.objects.pop(key, None)
        return self.answer(204)


def etag(content: bytes) -> str:
    return '"' + hashlib.md5(content).hexdigest() + '"'


class Step:
    """A step in a folder that is gone afterwards."""

    def __init__(self, test: unittest.TestCase, uri: "str | None" = None, **sheet):
        self.root = tempfile.mkdtemp(prefix="esteira-helper-")
        test.addCleanup(shutil.rmtree, self.root, True)
        self.kept = os.path.join(self.root, "kept")
        os.makedirs(self.kept)
        self.uri = uri or f"file://{self.kept}/"
        self.sheet = {"steps": {"a": {"outputs": ["out/"]}, "b": {"after": ["a"]}}, **sheet}

    def start(self, step: str, command: str, **more) -> subprocess.Popen:
        folder = tempfile.mkdtemp(dir=self.root)
        environment = {
            "PATH": os.environ["PATH"],
            "ESTEIRA_OUTPUTS": json.dumps(self.sheet),
            "ESTEIRA_STEP": step,
            "ESTEIRA_RUN_ID": "run",
            "ESTEIRA_ARTIFACTS_URI": self.uri,
            "AWS_ACCESS_KEY_ID": "key",
            "AWS_SECRET_ACCESS_KEY": "secret",
            **more,
        }
        # Compiled once for all starts, and not into the sources' folder.
        compiled = f"pycache_prefix={COMPILED.name}"
        arguments = [sys.executable, "-X", compiled, "-I", "-S", HELPER, f"--artifacts={folder}-own", "sh", "-c", command]
        return subprocess.Popen(arguments, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def run(self, step: str, command: str, **more) -> "tuple[int, str, list[str]]":
        process = self.start(step, command, **more)
        out, err = process.communicate()
        return process.returncode, out, re.sub(r" in \d+\.\d s", " in 0.0 s", err).splitlines()

    def waiting(self, step: str, command: str) -> "tuple[subprocess.Popen, object]":
        """A step whose command is done but for a sign to end, and what gives that sign."""
        sign = os.path.join(self.root, "sign")
        process = self.start(step, f"{command}; echo ready; while [ ! -e {sign} ]; do sleep 0.05; done")
        process.stdout.readline()
        return process, lambda: open(sign, "w", encoding="utf-8").close()

    def manifest(self) -> "dict | None":
        try:
            with open(f"{self.kept}/_outputs/a/manifest.json", encoding="utf-8") as file:
                return json.load(file)
        except FileNotFoundError:
            return None
