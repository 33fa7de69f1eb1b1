import signal
import time
import unittest

from test_helper import Step

# Says what it gets, and ends with the second signal.
COMMAND = """exec python3 -c '
import signal, sys, time
got = []
signal.signal(signal.SIGTERM, lambda *_: (got.append(1), print("asked", flush=True)))
print("up", flush=True)
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
