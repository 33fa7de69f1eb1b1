from __future__ import annotations

import threading
import unittest
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.request import Request

import s3

KEYS = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret"}


class Signature(unittest.TestCase):
    def test_it_is_the_one_of_the_example_in_the_documentation_of_aws(self) -> None:
        request = Request(
            "https://examplebucket.s3.amazonaws.com/test.txt", headers={"Range": "bytes=0-9"}
        )
        keys = s3.Credentials(
            "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", None
        )
        s3.sign(request, keys, "us-east-1", datetime(2013, 5, 24, tzinfo=UTC))
        self.assertEqual(
            request.get_header("Authorization"),
            "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"
            "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,"
            "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
        )

    def test_a_session_token_is_sent_and_signed(self) -> None:
        request = Request("https://bucket.s3.us-east-1.amazonaws.com/a.json")
        now = datetime(2026, 1, 1, tzinfo=UTC)
        s3.sign(request, s3.Credentials("key", "secret", "token"), "us-east-1", now)
        self.assertEqual(request.get_header("X-amz-security-token"), "token")
        self.assertIn("x-amz-security-token,", request.get_header("Authorization") or "")


class Address(unittest.TestCase):
    def test_at_aws_it_has_the_bucket_in_the_host_name(self) -> None:
        self.assertEqual(
            s3.object_url("bucket", "run 1/a.json", "sa-east-1", {}),
            "https://bucket.s3.sa-east-1.amazonaws.com/run%201/a.json",
        )

    def test_at_another_endpoint_it_has_the_bucket_in_the_path(self) -> None:
        environ = {"AWS_ENDPOINT_URL": "http://localhost:4566/"}
        self.assertEqual(
            s3.object_url("bucket", "a.json", "us-east-1", environ),
            "http://localhost:4566/bucket/a.json",
        )


class Keys(unittest.TestCase):
    def test_those_of_the_environment_come_first(self) -> None:
        environ = {**KEYS, "AWS_SESSION_TOKEN": "token"}
        self.assertEqual(s3.credentials(environ), s3.Credentials("AKIDEXAMPLE", "secret", "token"))

    def test_without_any_it_says_where_they_come_from(self) -> None:
        with self.assertRaisesRegex(SystemExit, "^There are no AWS credentials here"):
            s3.credentials({})


class Store(BaseHTTPRequestHandler):
    """As much of S3 as answers a GET and a PUT."""

    objects: dict[str, bytes]

    def do_PUT(self) -> None:
        if self.headers["Content-Type"] != "application/octet-stream":
            self._answer(415, b"a body of another type, such as a form, is read as no content")
            return
        self.objects[self.path] = self.rfile.read(int(self.headers["Content-Length"]))
        self._answer(200, b"")

    def do_GET(self) -> None:
        if self.path == "/bucket/secret.json":
            self._answer(403, b"AccessDenied")
        elif self.path in self.objects:
            self._answer(200, self.objects[self.path])
        else:
            self._answer(404, b"NoSuchKey")

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: a test's output is its result."""


class Objects(unittest.TestCase):
    def setUp(self) -> None:
        self.objects: dict[str, bytes] = {}
        handler = type("OwnStore", (Store,), {"objects": self.objects})
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.environ = {**KEYS, "AWS_ENDPOINT_URL_S3": f"http://127.0.0.1:{server.server_port}"}

    def test_an_object_is_read_as_it_was_put(self) -> None:
        s3.put("bucket", "run-1/a.json", b"[1]", self.environ)
        self.assertEqual(self.objects, {"/bucket/run-1/a.json": b"[1]"})
        self.assertEqual(s3.get("bucket", "run-1/a.json", self.environ), b"[1]")

    def test_an_object_that_is_not_there_is_not_found(self) -> None:
        with self.assertRaisesRegex(FileNotFoundError, "^there is no s3://bucket/none.json$"):
            s3.get("bucket", "none.json", self.environ)

    def test_another_refusal_keeps_the_answer_of_s3(self) -> None:
        message = "^GET s3://bucket/secret.json: HTTP 403: AccessDenied$"
        with self.assertRaisesRegex(OSError, message):
            s3.get("bucket", "secret.json", self.environ)
