"""The helper's own tests, on the Python that runs them: python -m unittest discover -s test/step-helper."""

import hashlib
import os
import resource
import signal
import subprocess
import tempfile
import time
import unittest
from unittest import mock

from rig import GIB, Step, takes_long

from folder_store import FolderStore
from patterns import Patterns
from signing import Credentials, signed_headers


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
        # https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html ("GET
        # Object")
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
        command = "mkdir out; truncate -s 256M out/log; (while echo x >> out/log; do :; done) >/dev/null 2>&1 & echo $!; sleep 0.3"
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


if __name__ == "__main__":
    unittest.main()
