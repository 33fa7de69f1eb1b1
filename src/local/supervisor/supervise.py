"""Runs one attempt of a step, and outlives the process that started it.

    python -I -S supervise.py DIRECTORY WORKDIR TIMEOUT GRACE MEMORY COMMAND [SECRETS]

DIRECTORY is the attempt's own folder, WORKDIR is where COMMAND runs under `sh -c`, TIMEOUT and GRACE are seconds, MEMORY
is bytes (0: no limit). It waits for one byte on its input: then WORKDIR is ready; at an end without one, the process that started it is
gone. The environment is handed on as it is, so that no secret is written anywhere; the values of the variables that SECRETS
names, with commas between, are `***` in the log. In DIRECTORY:

    identity.json   who supervises, durable before the command starts; who finds one there already gives up with exit code 75
    output.log      `<milliseconds> <o|e|s> <text>` a line: stdout, stderr, and what the supervisor has to say
    ended.json      how the command ended, where it left processes behind that are being ended; as exit.json
    exit.json       how it ended, written in one piece when no process of the attempt is left
    stop            seconds of grace, written by who wants the attempt to end and then sends SIGTERM

Standard library only, Python 3.8 or later. Each start pays for the imports, so they are few: `_signal` is `signal` without
its enums, and the little JSON there is to write needs no encoder.
"""

import os
import select
import sys
import time

sys.path.append(os.path.dirname(__file__))

from files import complain, folder_is_gone, read, reserve, write_durably  # noqa: E402
from masks import Mask  # noqa: E402
from output import Log, Stream, milliseconds  # noqa: E402
from processes import (  # noqa: E402
    CHILDREN_LISTED,
    LINUX,
    PR_SET_PDEATHSIG,
    Family,
    become_subreaper,
    prctl,
    publish_identity,
    signal,
)

LOOK_SECONDS = 0.2 if CHILDREN_LISTED else 1.0
LEFTOVER_SECONDS = 0.5
UNKILLABLE_SECONDS = 10.0
ALREADY_TAKEN, GIVEN_UP, UNRECORDED = 75, 76, 77
GIB = 1024**3


def main(directory: str, workdir: str, timeout: str, grace: str, memory: str, command: str, secrets: str = "") -> int:
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, Attempt.request_stop)
    become_subreaper()
    os.chdir(directory)
    if not os.read(0, 1):
        return GIVEN_UP
    os.dup2(os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC), 0)
    started = milliseconds()
    try:
        if not publish_identity(started):
            return ALREADY_TAKEN
    except OSError as error:
        complain(f"the attempt could not be recorded: {error}")
        return GIVEN_UP
    reserve("exit.json")
    announce(started)
    mask = Mask([os.environb.get(name.encode(), b"") for name in secrets.split(",")])
    attempt = Attempt(started, float(timeout), float(grace), int(memory), mask)
    attempt.spawn(workdir, command)
    attempt.supervise()
    Attempt.stop_requested = False
    try:
        write_durably("exit.json", attempt.result(), enough=lambda: Attempt.stop_requested)
    except OSError as error:
        complain(f"how the attempt ended could not be recorded: {error}")
        return UNRECORDED
    return 0


class Attempt:
    stop_requested = False

    def __init__(self, started: int, timeout: float, grace: float, memory: int, mask: Mask):
        self.started = started
        self.grace = grace
        self.memory = memory
        self.mask = mask
        self.timeout = timeout
        self.times_out_at = time.monotonic() + timeout
        self.kills_at = None  # Set once the processes were asked to end.
        self.killed_at = None
        self.unchanged_since = 0.0  # For how long the kills have found the same processes.
        self.child = 0
        self.status = None  # What wait() said about the child.
        self.recorded = False  # How the command ended is safe, or could not be made so.
        self.alone = False  # No process of the attempt is left.
        self.family = Family()
        self.peak = 0
        self.out_of_memory = self.timed_out = self.stopped = self.child_killed = False
        self.log = Log("output.log")
        self.streams = {}  # File descriptor to Stream.
        self.poll = select.poll()
        self.wake, write_end = os.pipe()
        for end in (self.wake, write_end):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(write_end, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        self.poll.register(self.wake, select.POLLIN)

    @classmethod
    def request_stop(cls, *_) -> None:
        cls.stop_requested = True

    def spawn(self, workdir: str, command: str) -> None:
        """Starts the command in its own session; it dies with this process where the system can do that."""
        pipes = {b"o": os.pipe(), b"e": os.pipe()}
        supervisor = os.getpid()
        self.child = os.fork()
        if self.child == 0:
            try:
                os.setsid()
                prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
                if os.getppid() != supervisor:
                    os._exit(1)  # It was gone before this could tell.
                for number in (signal.SIGPIPE, getattr(signal, "SIGXFSZ", signal.SIGPIPE)):
                    signal.signal(number, signal.SIG_DFL)
                os.dup2(pipes[b"o"][1], 1)
                os.dup2(pipes[b"e"][1], 2)
                os.chdir(workdir)
                os.execv("/bin/sh", ["sh", "-c", command])
            except OSError as error:
                os.write(2, f"the step could not be started: {error}\n".encode())
            finally:
                os._exit(126)
        for mark, (read_end, write_end) in pipes.items():
            os.close(write_end)
            os.set_blocking(read_end, False)
            self.streams[read_end] = Stream(mark, self.mask)
            self.poll.register(read_end, select.POLLIN)

    def supervise(self) -> None:
        looks_at = time.monotonic() + LOOK_SECONDS
        while True:
            self.reap()
            now = time.monotonic()
            if self.alone or (self.killed_at and now > self.unchanged_since + UNKILLABLE_SECONDS):
                break
            if now >= looks_at:
                looks_at = now + LOOK_SECONDS
                self.look()
                for stream in self.streams.values():
                    self.log.write(stream.mark, stream.progress(now))
            if self.status is not None and not self.recorded:
                self.record_end()
            self.decide(now)
            until = now + 0.01 if self.killed_at else min(looks_at, self.kills_at or self.times_out_at)
            for file, _ in self.poll.poll(max(0, int((until - now) * 1000)) + 1):
                self.pump(file)
        for file in list(self.streams):
            while self.pump(file):
                pass
        for stream in self.streams.values():
            self.log.write(stream.mark, stream.end())

    def pump(self, file: int) -> bool:
        """Moves what can be read to the log; false when there is nothing at the moment or nothing more ever."""
        try:
            data = os.read(file, 65536)
        except BlockingIOError:
            return False
        if file == self.wake:
            return True
        stream = self.streams[file]
        if data:
            self.log.write(stream.mark, stream.feed(data))
            return True
        self.log.write(stream.mark, stream.end())
        self.poll.unregister(file)
        os.close(file)
        del self.streams[file]
        return False

    def look(self) -> None:
        if self.kills_at is None and folder_is_gone():
            # Nobody finds the attempt any more, to follow it or to stop it.
            self.log.say("the attempt's folder was deleted; the step was asked to end")
            self.stopped = True
            self.terminate(time.monotonic(), self.grace)
        self.family.refresh()
        used = self.family.memory(self.memory)
        self.peak = max(self.peak, used)
        if self.memory and used > self.memory and not self.killed_at:
            self.out_of_memory = True
            self.log.say(
                f"out of memory: the step's processes used {used / GIB:.2f} GiB of the {self.memory / GIB:.2f} GiB that it"
                " declares (approximate); they were killed"
            )
            self.kill()

    def reap(self) -> None:
        try:
            while True:
                pid, status, usage = os.wait4(-1, os.WNOHANG)
                if pid == 0:
                    return
                if pid == self.child:
                    self.status = status
                # Of what lived too short to be looked at, the kernel still knows the largest.
                self.peak = max(self.peak, usage.ru_maxrss * (1024 if LINUX else 1))
        except ChildProcessError:
            # Where orphans come to this process, having no child means that nothing is left.
            self.alone = LINUX or not self.family.refresh()

    def record_end(self) -> None:
        """The command has ended, others of the attempt have not: it isn't run again, should the power fail before they do."""
        self.recorded = True
        try:
            write_durably("ended.json", self.result(), tries=1)
        except OSError as error:
            complain(f"ended.json: {error}")

    def decide(self, now: float) -> None:
        if Attempt.stop_requested:
            Attempt.stop_requested = False
            grace = float(read("stop") or self.grace)
            if self.status is None:
                self.stopped = not self.timed_out
                self.log.say("the step was asked to end, on request")
                self.terminate(now, grace)
            elif self.kills_at is not None:
                # The command is gone, others of the step still have time: who asks again may give
                # them less.
                self.terminate(now, grace)
        if self.status is None and self.kills_at is None and now >= self.times_out_at:
            self.timed_out = True
            self.log.say(f"time limit of {self.timeout:g} s reached; the step was asked to end")
            self.terminate(now, self.grace)
        if self.status is not None and self.kills_at is None:
            # What a finished step leaves behind ends with it, as it does with a container. Helpers
            # that clean up after their parent (multiprocessing has one) get a moment to do so.
            self.terminate(now, LEFTOVER_SECONDS)
        if self.kills_at is not None and now >= self.kills_at:
            self.kill()

    def terminate(self, now: float, grace: float) -> None:
        self.kills_at = min(self.kills_at or now + grace, now + grace)
        self.family.refresh()
        self.family.send(signal.SIGTERM)
        self.family.send(signal.SIGCONT)

    def kill(self) -> None:
        if not self.killed_at:
            self.kills_at = self.killed_at = time.monotonic()
            self.child_killed = self.status is None
        before = self.family.members
        if self.family.refresh() != before or not self.unchanged_since:
            self.unchanged_since = time.monotonic()
        self.family.send(signal.SIGKILL)

    def result(self) -> str:
        status = self.status if self.status is not None else signal.SIGKILL
        number = status & 0x7F
        code = 128 + number if number else status >> 8
        if self.timed_out:
            code = 137 if self.child_killed else 124
        fields = {
            "exitCode": code,
            "signal": number or "null",
            "outOfMemory": json_bool(self.out_of_memory),
            "timedOut": json_bool(self.timed_out),
            "stopped": json_bool(self.stopped),
            "startedAt": self.started,
            "endedAt": max(self.started, milliseconds()),
            "peakMemoryBytes": self.peak or "null",
        }
        return "{" + ",".join(f'"{name}":{value}' for name, value in fields.items()) + "}\n"


def announce(started_at: int) -> None:
    try:
        os.write(1, b"%d\n" % started_at)
    except OSError:
        pass  # Who started this is gone.


def json_bool(value: bool) -> str:
    return "true" if value else "false"


if __name__ == "__main__":
    code = main(*sys.argv[1:])
    os._exit(code)  # Nothing is left to tidy up, and the interpreter takes a while over it.
