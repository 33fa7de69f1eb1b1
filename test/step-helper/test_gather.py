"""What is new after a step, whatever the clocks of the machine and of the file systems say."""

import os
import shutil
import tempfile
import time
import unittest
from unittest import mock

import rig  # noqa: F401  (it makes the helper's modules known)

import gather
from gather import Gathering


class NewFilesTest(unittest.TestCase):
    def setUp(self):
        self.root = os.path.realpath(tempfile.mkdtemp(prefix="esteira-gather-"))
        self.addCleanup(shutil.rmtree, self.root, True)
        self.folder, self.artifacts = os.path.join(self.root, "work"), os.path.join(self.root, "artifacts")
        os.makedirs(self.folder)
        os.makedirs(self.artifacts)
        self.write("src/main.py", "print(1)")
        self.write("data.csv", "1,2")

    def write(self, path: str, text: str) -> None:
        full = os.path.join(self.folder, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "w", encoding="utf-8") as file:
            file.write(text)

    def looked(self, step, outputs=(), clock_of_before=0) -> Gathering:
        """What was gathered after a step that began when the clock was this many seconds ahead."""
        gathering = Gathering(self.folder, self.artifacts, list(outputs))
        real = time.clock_gettime_ns
        with mock.patch.object(time, "clock_gettime_ns", lambda clock: real(clock) + clock_of_before * 10**9):
            gathering.look_before()
        step()
        self.kept = sorted(one.path for one in gathering.look_after())
        return gathering

    def undeclared(self, gathering: Gathering) -> "list[str]":
        return sorted(one["path"] for one in (gathering.undeclared or {"paths": []})["paths"])

    def test_files_that_are_new_or_changed_are_named(self):
        def step():
            self.write("junk", "")
            self.write("data.csv", "3,4")
            os.rename(os.path.join(self.folder, "src/main.py"), os.path.join(self.folder, "src/moved.py"))

        gathering = self.looked(step)
        self.assertEqual(self.undeclared(gathering), ["data.csv", "junk", "src/"])

    def test_a_clock_that_is_set_back_while_the_step_runs_hides_none(self):
        gathering = self.looked(lambda: [self.write("junk", ""), self.write("metrics.json", "{}")], clock_of_before=3600)
        self.assertEqual(self.undeclared(gathering), ["junk", "metrics.json"])
        self.assertEqual(gathering.metrics_files([], "metrics.json"), [os.path.join(self.folder, "metrics.json")])

    def test_a_file_system_whose_clock_is_ahead_makes_none_new(self):
        # As of a share of another machine: its times are later than this machine's.
        self.write("metrics.json", "{}")
        gathering = self.looked(lambda: None, clock_of_before=-3600)
        self.assertEqual((self.undeclared(gathering), gathering.metrics_files([], "metrics.json")), ([], []))

    def test_a_file_of_the_same_size_written_in_place_at_once_is_changed(self):
        for _ in range(20):
            gathering = self.looked(lambda: self.write("data.csv", "5,6"))
            self.assertEqual(self.undeclared(gathering), ["data.csv"])

    def test_of_too_many_files_only_what_is_declared_is_distinguished(self):
        for number in range(30):
            self.write(f"deep/{number}", "x")
            self.write(f"out/{number}", "x")
        with mock.patch.object(gather, "MOST_LOOKED_AT", 10):
            gathering = self.looked(lambda: [self.write("junk", ""), self.write("out/7", "new"), self.write("out/more", "")], ["out/"])
        self.assertEqual((self.kept, gathering.undeclared), (["out/7", "out/more"], None))
        with mock.patch.object(gather, "MOST_LOOKED_AT", 10):
            self.write("metrics.json", "{}")
            gathering = self.looked(lambda: None)
            self.assertEqual(gathering.metrics_files([], "metrics.json"), [])
            gathering = self.looked(lambda: self.write("metrics.json", "[]"))
            self.assertEqual(gathering.metrics_files([], "metrics.json"), [os.path.join(self.folder, "metrics.json")])

    def test_folders_that_nothing_is_sought_in_are_not_entered_beyond_the_bound(self):
        for number in range(100):
            self.write(f"deep/{number}/x", "x")
        entered = []
        real = os.scandir

        def scandir(path):
            entered.append(path)
            return real(path)

        with mock.patch.object(gather, "MOST_LOOKED_AT", 10), mock.patch.object(os, "scandir", scandir):
            self.looked(lambda: self.write("out/x", ""), ["out/"])
        self.assertLess(len(entered), 40)


if __name__ == "__main__":
    unittest.main()
