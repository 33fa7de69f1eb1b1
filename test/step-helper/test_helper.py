"""The helper's own tests, on the Python that runs them: python -m unittest discover -s test/step-helper."""

import hashlib
import http.server
import json
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from unittest import mock
from urllib.parse import parse_qs, unquote, urlsplit

HELPER = os.path.join(os.path.dirname(__file__), "../../src/platform/step-helper")
sys.path.insert(0, HELPER)

import s3_client  # noqa: E402
from credentials import CredentialSource  # noqa: E402
from folder_store import FolderStore  # noqa: E402
from patterns import Patterns  # noqa: E402
from s3_client import S3Client  # noqa: E402
from signing import Credentials, signed_headers  # noqa: E402
from words import Failure  # noqa: E402

GIB = 1 << 30
COMPILED = tempfile.TemporaryDirectory(prefix="esteira-compiled-")
# What takes long is the same on every Python: one of them does it.
takes_long = unittest.skipUnless(os.environ.get("ESTEIRA_TEST_LONG"), "ESTEIRA_TEST_LONG isn't set")


class PatternsTest(unittest.TestCase):
    def matched(self, pattern: str, *paths: str) -> "list[str]":
        patterns = Patterns([pattern])
        return [path for path in paths if patterns.match(path)]

    def test_names_and_folders(self):
        paths = ("out", "out/a", "out/b/c", "outer/a", "a/out/x", "model.pkl")
        self.assertEqual(self.matched("out/", *paths), ["out", "out/a", "out/b/c"])
        self.assertEqual(self.matched("out", *paths), ["out", "out/a", "out/b/c"])
        self.assertEqual(self.matched("model.pkl", *paths), ["model.pkl"])

    def test_wildcards(self):
        paths = ("a.csv", "b.csv", "d/a.csv", "d/e/a.csv", "ab.csv", "[x].csv", ".csv")
        self.assertEqual(self.matched("*.csv", *paths), ["a.csv", "b.csv", "ab.csv", "[x].csv", ".csv"])
        self.assertEqual(self.matched("?.csv", *paths), ["a.csv", "b.csv"])
        self.assertEqual(self.matched("[!b].csv", *paths), ["a.csv"])
        self.assertEqual(self.matched("[a-c].csv", *paths), ["a.csv", "b.csv"])
        self.assertEqual(self.matched("**/a.csv", *paths), ["a.csv", "d/a.csv", "d/e/a.csv"])
        self.assertEqual(self.matched("d/**", *paths), ["d/a.csv", "d/e/a.csv"])
        self.assertEqual(self.matched("**", *paths), list(paths))
        self.assertEqual(self.matched("**/**/a.csv", *paths), ["a.csv", "d/a.csv", "d/e/a.csv"])

    def test_a_wildcard_finds_nothing_that_tools_leave_for_themselves(self):
        paths = ("a.csv", "__pycache__/a.pyc", "d/.ipynb_checkpoints/a.ipynb", ".cache/a")
        self.assertEqual(self.matched("**", *paths), ["a.csv"])
        self.assertEqual(self.matched("*", "a.csv", "__pycache__/a.pyc"), ["a.csv"])
        self.assertEqual(self.matched("d/**", *paths), [])
        self.assertEqual(self.matched("__pycache__/", *paths), ["__pycache__/a.pyc"])
        self.assertEqual(self.matched(".cache/*", *paths), [".cache/a"])

    def test_takes_no_time_whatever_is_written(self):
        began = time.monotonic()
        self.assertEqual(self.matched("*a" * 60 + "b", "a" * 250), [])
        self.assertEqual(self.matched("**/*a/" * 25 + "b", "/".join(["aaa"] * 60)), [])
        self.assertLess(time.monotonic() - began, 5)


class SigningTest(unittest.TestCase):
    def test_is_what_aws_documents(self):
        # https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html ("GET Object")
        credentials = Credentials("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "", 0)
        headers = signed_headers(
            credentials,
            "us-east-1",
            "GET",
            "examplebucket.s3.amazonaws.com",
            "/test.txt",
            {},
            {"range": "bytes=0-9"},
            hashlib.sha256(b"").hexdigest(),
            now=1369353600,
        )
        self.assertTrue(
            headers["authorization"].endswith("Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41")
        )


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


class FolderTest(unittest.TestCase):
    @takes_long
    def test_killed_at_any_moment_it_leaves_all_or_what_was_there_before(self):
        step = Step(self)
        seen = set()
        for round_number in range(25):
            command = f"mkdir out; for i in $(seq 40); do echo {round_number} > out/$i; done; echo ready"
            process = step.start("a", command)
            self.assertEqual(process.stdout.readline(), "ready\n")
            time.sleep(round_number * 0.006)  # Nothing says when: the moments have to differ.
            process.send_signal(signal.SIGKILL)
            process.communicate()
            manifest = step.manifest()
            if manifest is None:
                seen.add("nothing")
                continue
            self.assertEqual(len(manifest["entries"]), 40)
            contents = set()
            for entry in manifest["entries"]:
                path = f"{step.kept}/_outputs/a/{manifest['attempt']}/{entry['in']}/{entry['path']}"
                with open(path, "rb") as file:
                    content = file.read()
                self.assertEqual(hashlib.sha256(content).hexdigest(), entry["sha256"])
                contents.add(content)
            self.assertEqual(len(contents), 1)
            seen.add("all")
        self.assertIn("nothing", seen)
        code, out, _ = step.run("a", "mkdir out; echo last > out/x")
        self.assertEqual(code, 0)
        attempts = [name for name in os.listdir(f"{step.kept}/_outputs/a") if "-" in name]
        self.assertEqual(attempts, [step.manifest()["attempt"]])
        self.assertEqual(step.run("b", "cat out/*"), (0, "last\n", ["esteira: laid 1 file (5 bytes) of earlier steps in 0.0 s"]))

    @takes_long
    def test_a_file_of_5_gb_is_kept_and_laid_in_bounded_memory(self):
        step = Step(self)
        code, _, lines = step.run("a", "mkdir out; truncate -s 5G out/big; echo end >> out/big")
        self.assertEqual((code, lines), (0, ["esteira: kept 1 file (5.4 GB) in 0.0 s"]))
        code, out, _ = step.run("b", "tail -c 4 out/big; stat -c %s out/big")
        self.assertEqual((code, out), (0, f"end\n{5 * GIB + 4}\n"))
        self.assertLess(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, 80 * 1024)

    @takes_long
    def test_a_file_that_is_written_to_meanwhile_fails_the_step(self):
        step = Step(self)
        command = "mkdir out; truncate -s 1G out/log; (while echo x >> out/log; do :; done) >/dev/null 2>&1 & echo $!; sleep 0.3"
        code, out, lines = step.run("a", command)
        os.kill(int(out), signal.SIGKILL)
        self.assertEqual(
            (code, lines), (74, ["esteira: out/log was changed while it was being kept: end what writes to it before the step ends"])
        )
        self.assertIsNone(step.manifest())

    @unittest.skipUnless(os.path.exists("/dev/full") and os.geteuid() == 0, "only root can make a small disk")
    def test_a_full_disk_fails_the_step_and_keeps_what_was_there(self):
        step = Step(self)
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "none", step.kept], capture_output=True, check=False)
        if mounted.returncode != 0:
            self.skipTest("no file system can be mounted here")
        self.addCleanup(subprocess.run, ["umount", step.kept], check=False)
        self.assertEqual(step.run("a", "mkdir out; echo before > out/x")[0], 0)
        before = step.manifest()
        code, _, lines = step.run("a", "mkdir out; head -c 9000000 /dev/urandom > out/x")
        self.assertEqual(
            (code, lines),
            (74, [f"esteira: the step's outputs can't be kept: no space left on device below {step.kept}; make room and run it again"]),
        )
        self.assertEqual(step.manifest(), before)

    @unittest.skipIf(os.geteuid() == 0, "root writes everywhere")
    def test_a_folder_that_nobody_may_write_in(self):
        step = Step(self)
        os.chmod(step.kept, 0o500)
        code, _, lines = step.run("a", "mkdir out")
        self.assertEqual(code, 74)
        self.assertIn("permission denied", lines[-1])

    def test_writers_whose_processes_have_one_id_keep_apart(self):
        with tempfile.TemporaryDirectory() as folder:
            store, plain, nested = FolderStore(folder), os.fsync, []

            def another_writes(file: int) -> None:
                plain(file)
                if not nested:
                    nested.append(True)
                    store.write("a", b"another's")

            with mock.patch("os.fsync", another_writes):
                store.write("a", b"own")
            self.assertEqual(store.read("a"), b"own")
            self.assertEqual(os.listdir(folder), ["a"])

    def test_a_later_attempt_isnt_replaced_by_an_earlier_one(self):
        step = Step(self)
        process, end = step.waiting("a", "mkdir out; echo early > out/x")
        self.assertEqual(step.run("a", "mkdir out; echo late > out/x")[0], 0)
        end()
        _, lines = process.communicate()
        self.assertEqual(
            (process.returncode, lines),
            (74, "esteira: a later attempt of this step has kept its outputs already: those of this one aren't needed\n"),
        )
        self.assertEqual(step.run("b", "cat out/x")[1], "late\n")

    def test_a_manifest_that_leads_elsewhere_is_refused(self):
        step = Step(self)
        step.run("a", "mkdir out; echo x > out/x")
        path = f"{step.kept}/_outputs/a/manifest.json"
        with open(path, encoding="utf-8") as file:
            text = file.read()
        with open(path, "w", encoding="utf-8") as file:
            file.write(text.replace('"out/x"', '"../../x"'))
        code, _, lines = step.run("b", "true")
        self.assertEqual(code, 74)
        self.assertIn("which is outside the step's folder", lines[-1])


class S3Test(unittest.TestCase):
    def setUp(self):
        self.server = FakeS3()
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)
        waits = s3_client.random.uniform
        s3_client.random.uniform = lambda *_: 0
        self.addCleanup(setattr, s3_client.random, "uniform", waits)

    def client(self, environment=None) -> S3Client:
        given = environment or {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret"}
        return S3Client("bucket", "us-east-1", self.server.url, CredentialSource(given))

    def step(self) -> Step:
        return Step(self, "s3://bucket/artifacts/p/run/", endpoint=self.server.url)

    def test_what_passes_is_tried_again(self):
        self.server.objects["x"] = b"content"
        self.server.faults = [
            (503, b"<Error><Code>SlowDown</Code></Error>"),
            (500, b"<Error><Code>InternalError</Code></Error>"),
            (400, b"<Error><Code>RequestTimeout</Code></Error>"),
            (429, b""),
        ]
        self.assertEqual(self.client().request("GET", "x").content, b"content")
        self.server.faults = [(503, b"<Error><Code>SlowDown</Code></Error>")] * 20
        with self.assertRaises(Failure) as failed:
            self.client().request("GET", "x")
        self.assertEqual(str(failed.exception), "S3 gave no good answer to 8 tries (at last: SlowDown) for s3://bucket/x: run the step again")

    def test_a_refusal_says_which_right_is_missing(self):
        denied = b"<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>"
        os.environ.update(ENV="prd", ESTEIRA_PROJECT="cars")
        self.addCleanup(os.environ.pop, "ENV")
        self.addCleanup(os.environ.pop, "ESTEIRA_PROJECT")
        for method, right in (("GET", "s3:GetObject and s3:ListBucket"), ("PUT", "s3:PutObject")):
            self.server.faults = [(403, denied)]
            with self.assertRaises(Failure) as failed:
                self.client().request(method, "x")
            self.assertEqual(
                str(failed.exception),
                f"S3 refused s3://bucket/x: Access Denied; the task's role needs {right} there: `esteira iam task-policy -e prd --project cars`"
                " prints its policy",
            )

    def test_expired_credentials_are_fetched_anew(self):
        answers = iter(["first", "second"])

        class Agent(http.server.BaseHTTPRequestHandler):
            def log_message(self, *_):
                pass

            def do_GET(self):
                body = json.dumps({"AccessKeyId": next(answers), "SecretAccessKey": "s", "Token": "t", "Expiration": "2099-01-01T00:00:00Z"})
                self.send_response(200)
                self.end_headers()
                self.wfile.write(body.encode())

        agent = http.server.HTTPServer(("127.0.0.1", 0), Agent)
        threading.Thread(target=agent.serve_forever, daemon=True).start()
        self.addCleanup(agent.server_close)
        self.addCleanup(agent.shutdown)
        self.server.faults = [(400, b"<Error><Code>ExpiredToken</Code></Error>")]
        self.server.objects["x"] = b"1"
        client = self.client({"AWS_CONTAINER_CREDENTIALS_FULL_URI": f"http://127.0.0.1:{agent.server_address[1]}/"})
        self.assertEqual(client.request("GET", "x").content, b"1")
        keys = [re.search(r"Credential=(\w+)/", given).group(1) for _, _, given in self.server.requests]
        self.assertEqual(keys, ["first", "second"])

    def test_no_credentials_at_all(self):
        with self.assertRaises(Failure) as failed:
            self.client({"HOME": "/"}).request("GET", "x")
        self.assertEqual(
            str(failed.exception), "the task has no role to reach its artifacts with: deploy it again, or name one with infra.task_role_arn"
        )

    def test_a_bucket_in_another_region_is_followed(self):
        self.server.objects["x"] = b"1"
        self.server.faults = [(301, b"<Error><Code>PermanentRedirect</Code></Error>")]
        Handler.answer, plain = moved(Handler.answer), Handler.answer
        self.addCleanup(setattr, Handler, "answer", plain)
        client = self.client()
        self.assertEqual(client.request("GET", "x").content, b"1")
        self.assertEqual(client.region, "eu-west-1")

    @takes_long
    def test_a_large_file_goes_in_parts_and_in_bounded_memory(self):
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        code, _, lines = self.step().run("a", "mkdir out; truncate -s 1G out/big; echo x >> out/big; echo small > out/small")
        self.assertEqual((code, lines), (0, ["esteira: kept 2 files (1.1 GB) in 0.0 s"]))
        sizes = [value for key, value in self.server.objects.items() if key.endswith("work/out/big")]
        self.assertEqual(sizes, [b"%d" % (GIB + 2)])
        self.assertLess(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, max(before, 120 * 1024))

    def test_a_failed_upload_is_given_back_and_leaves_no_manifest(self):
        step = self.step()
        denied = (403, b"<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>")
        process, end = step.waiting("a", "mkdir out; truncate -s 40M out/big")
        self.server.faults = [None, denied]
        end()
        process.communicate()
        self.assertEqual(process.returncode, 74)
        self.assertEqual((self.server.uploads, [key for key in self.server.objects if "manifest" in key]), ({}, []))

    def test_of_two_at_once_the_later_one_counts(self):
        step = self.step()
        early, end = step.waiting("a", "mkdir out; echo early > out/x")
        self.assertEqual(step.run("a", "mkdir out; echo late > out/x")[0], 0)
        end()
        _, said = early.communicate()
        self.assertEqual(early.returncode, 74)
        self.assertIn("a later attempt of this step has kept its outputs already", said)
        self.assertEqual(step.run("b", "cat out/x")[1], "late\n")

    def test_content_that_isnt_what_was_kept_is_refused(self):
        step = self.step()
        step.run("a", "mkdir out; echo true > out/x")
        [key] = [key for key in self.server.objects if key.endswith("work/out/x")]
        self.server.objects[key] = b"fals\n"
        self.assertEqual(
            step.run("b", "cat out/x"),
            (74, "", ["esteira: out/x isn't what an earlier step left: its checksum differs; run that step again"]),
        )
        del self.server.objects[key]
        self.assertEqual(step.run("b", "cat out/x")[2], ["esteira: out/x is among the outputs of an earlier step, and its file is gone: run that step again"])


CACHED = {
    "cache": {"code": "1", "variables": ["ENV"]},
    "steps": {
        "a": {"outputs": ["out/", "list.json"], "lists": ["list.json"], "cache": {"command": "1"}},
        "b": {"after": ["a"], "outputs": ["b.txt"], "cache": {"command": "1", "ttl": 3600}},
        "each": {"outputs": ["parts/"], "items": True, "cache": {"command": "1"}},
    },
}


class CacheTest(unittest.TestCase):
    """The same on this machine and in S3, where the bytes stay."""

    def test_in_a_folder(self):
        self.goes_through(lambda run: Step(self, f"file://{self.folder}/p/{run}/", **CACHED), self.remove_files)

    def test_in_s3(self):
        self.server = FakeS3()
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)
        given = {**CACHED, "endpoint": self.server.url}
        self.goes_through(lambda run: Step(self, f"s3://bucket/artifacts/p/{run}/", **given), self.remove_objects)
        self.assertEqual([key for key in self.server.objects if "/r2/" in key and key.endswith("r 1.txt")], [])

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="esteira-cache-")
        self.addCleanup(shutil.rmtree, self.folder, True)

    def remove_files(self):
        shutil.rmtree(f"{self.folder}/p/r1")

    def remove_objects(self):
        for key in [key for key in self.server.objects if "/p/r1/" in key]:
            del self.server.objects[key]

    def goes_through(self, step, remove_first) -> None:
        command = "mkdir out; echo one > 'out/é 1.txt'; chmod 750 out/*; ln -s 'é 1.txt' out/last; echo '[1]' > list.json; echo ran"
        given = {"ESTEIRA_CACHE": "on", "ENV": "dev", "ESTEIRA_PARAM_TOP": "1"}

        def ran(run, name="a", text=command, **more):
            code, out, said = step(run).run(name, text, ESTEIRA_RUN_ID=run, **{**given, **more})
            self.assertEqual(code, 0, said)
            return out, [line for line in said if "cache" in line or "taken" in line]

        self.assertEqual(ran("r1"), ("ran\n", ["esteira: not taken from the cache: no run has left anything for it yet"]))
        self.assertEqual(ran("r2"), ("", ["esteira: taken from run r1: 2 files (8 bytes) in 0.0 s"]))
        self.assertEqual(
            ran("r2", "b", "cat out/last; stat -c %a out/é*; echo b > b.txt"),
            ("one\n750\n", ["esteira: not taken from the cache: no run has left anything for it yet"]),
        )
        self.assertEqual(ran("r3", ESTEIRA_CACHE="off"), ("ran\n", []))
        self.assertEqual(
            ran("r3", ESTEIRA_PARAM_TOP="2"),
            ("ran\n", ["esteira: not taken from the cache: the parameters differ from run r1: ESTEIRA_PARAM_TOP"]),
        )
        self.assertEqual(
            ran("r4", ENV="prd", ESTEIRA_PARAM_TOP="2"),
            ("ran\n", ["esteira: not taken from the cache: the environment differs from run r3: ENV"]),
        )
        self.assertEqual(
            ran("r5", text=command.replace("one", "two"), ESTEIRA_CACHE="refresh"),
            ("ran\n", ["esteira: not taken from the cache: the run was asked not to take anything from the cache"]),
        )
        self.assertEqual(
            ran("r5", "b", "cat out/last; echo b > b.txt"),
            ("two\n", ["esteira: not taken from the cache: the inputs differ from run r2: work/out/é 1.txt"]),
        )
        self.assertEqual(ran("r6"), ("", ["esteira: taken from run r5: 2 files (8 bytes) in 0.0 s"]))
        self.assertEqual(ran("r6", "b", "false"), ("", ["esteira: taken from run r5: 1 file (2 bytes) in 0.0 s"]))
        item = {"ESTEIRA_ITEM": "north"}
        ran("r1", "each", "mkdir parts; echo 1 > parts/north", **item)
        self.assertEqual(ran("r6", "each", "false", **item)[1], ["esteira: taken from run r1: 1 file (2 bytes) in 0.0 s"])
        remove_first()
        self.assertEqual(
            ran("r7", "each", "mkdir parts; echo 1 > parts/north", **item)[1],
            ["esteira: not taken from the cache: the files that run r1 left are gone"],
        )

    def test_a_large_file_is_copied_in_parts(self):
        sys.modules.pop("s3_copies", None)
        import s3_copies
        from s3_store import S3Store

        server = FakeS3()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        os.environ.update(AWS_ACCESS_KEY_ID="key", AWS_SECRET_ACCESS_KEY="secret")
        server.objects["p/r1/x"] = b"0123456789"
        store = S3Store("bucket/p/", {"endpoint": server.url})
        before = (s3_copies.MOST_COPIED, s3_copies.COPIED_PART)
        self.addCleanup(lambda: setattr(s3_copies, "MOST_COPIED", before[0]) or setattr(s3_copies, "COPIED_PART", before[1]))
        s3_copies.MOST_COPIED, s3_copies.COPIED_PART = 5, 4
        entry = {"path": "x", "size": 10, "sha256": "0"}
        store.copy_all([("r1/x", entry, "r2/x")])
        self.assertEqual((server.objects["p/r2/x"], server.uploads), (b"10", {}))
        for wrong in ({**entry, "size": 11}, entry):
            with self.assertRaises(s3_copies.Gone):
                store.copy_all([("r1/x" if wrong is not entry else "r9/x", wrong, "r3/x")])


def moved(plain):
    def answer(self, status, content=b"", **headers):
        if status == 301:
            headers["x_amz_bucket_region"] = "eu-west-1"
        return plain(self, status, content, **headers)

    return answer


if __name__ == "__main__":
    unittest.main()
