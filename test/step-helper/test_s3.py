"""The helper and S3: what is tried again, what is refused, and large files, on the Python that runs them."""

import http.server
import json
import os
import re
import resource
import threading
import unittest

from rig import GIB, FakeS3, Handler, Step, takes_long

import s3_client
from credentials import CredentialSource
from s3_client import S3Client
from words import Failure


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
        # Twice what may be in memory.
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        code, _, lines = self.step().run("a", "mkdir out; truncate -s 256M out/big; echo x >> out/big; echo small > out/small")
        self.assertEqual((code, lines), (0, ["esteira: kept 2 files (268.4 MB) in 0.0 s"]))
        sizes = [value for key, value in self.server.objects.items() if key.endswith("work/out/big")]
        self.assertEqual(sizes, [b"%d" % (GIB // 4 + 2)])
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


def moved(plain):
    def answer(self, status, content=b"", **headers):
        if status == 301:
            headers["x_amz_bucket_region"] = "eu-west-1"
        return plain(self, status, content, **headers)

    return answer
