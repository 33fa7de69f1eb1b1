import signal
import time
import unittest

from rig import LONG, Step

# Says what it gets, and ends with the second signal. Buffered output refuses a handler that prints
# while it is being written.
COMMAND = """exec python3 -c '
import os, signal, sys, time
got = []
signal.signal(signal.SIGTERM, lambda *_: (got.append(1), os.write(1, b"asked\\n")))
os.write(1, b"up\\n")
while len(got) < 2: time.sleep(0.05)
sys.exit(7)'"""


class SignalsTest(unittest.TestCase):
    def test_a_signal_that_comes_a_second_time_at_once_is_the_same_one(self):
        """`timeout` sends what it gets to its child and to the group that this is in."""
        process = Step(self).start("a", COMMAND)
        self.assertEqual(process.stdout.readline(), "up\n")
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.stdout.readline(), "asked\n")
        process.send_signal(signal.SIGTERM)
        time.sleep(0.6)  # Longer than a second one counts as the first.
        self.assertIsNone(process.poll())
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.communicate()[0], "asked\n")
        self.assertEqual(process.returncode, 7)

    def test_a_signal_that_comes_while_the_command_is_being_started_reaches_it(self):
        command = "trap 'exit 7' TERM; kill -TERM $PPID; n=0; while [ $n -lt 100 ]; do sleep 0.05; n=$((n + 1)); done; exit 9"
        rounds = 20 if LONG else 5  # It depends on the moment, and little on the Python.
        codes = [Step(self).run("a", command)[0] for _ in range(rounds)]
        self.assertEqual(codes, [7] * rounds)
