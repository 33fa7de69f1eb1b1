"""What the cache takes from an earlier run, on this machine and in S3, on the Python that runs them."""

import os
import shutil
import sys
import tempfile
import unittest

from rig import FakeS3, Step


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
