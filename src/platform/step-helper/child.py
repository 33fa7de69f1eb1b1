"""The command as a child process: signals, exit code, and memory."""

import os
import select
import signal
import time

from words import say

FORWARDED = ("SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2", "SIGWINCH")
ENDING = ("SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT")
LOOK_SECONDS = 0.5
# `timeout` sends what it gets to its child and then to its group, which the child is in: within
# this time a second one is the same.
SAME_SECONDS = 0.5


class Child:
    """
    The command in its separate process group, so that a signal reaches it exactly once: who sends one to the group of this process, as
    `timeout` does, doesn't reach it. Where this process is the container's first, it collects orphans as well.
    """

    def __init__(self, supervised: bool):
        self.supervised = supervised
        self.pid = 0
        self.asked_to_end = False
        self.last = (0, 0.0)  # The number of a signal, and when it came.
        self.largest = 0
        self.memory = None if supervised else memory_file()
        for name in FORWARDED:
            signal.signal(getattr(signal, name), self.received)

    def received(self, number: int, _frame) -> None:
        ending = signal.Signals(number).name in ENDING
        if self.pid == 0:
            if ending:  # Nothing of the step runs, and what is half kept is nothing.
                os._exit(128 + number)
            return
        self.asked_to_end = self.asked_to_end or ending
        before, self.last = self.last, (number, time.monotonic())
        if before[0] == number and self.last[1] - before[1] < SAME_SECONDS:
            return
        if not self.supervised:
            try:
                os.killpg(self.pid, number)
            except OSError:
                pass  # It has ended already.

    def run(self, command: "list[str]", environment: "dict[str, str]") -> int:
        wake, wake_end = os.pipe()
        for end in (wake, wake_end):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(wake_end, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        defaults = [getattr(signal, name) for name in (*FORWARDED, "SIGPIPE", "SIGXFSZ", "SIGCHLD")]
        group = {} if self.supervised else {"setpgroup": 0}
        # Until the command's id is known, a signal would find nobody to go to.
        mask = signal.pthread_sigmask(signal.SIG_BLOCK, [getattr(signal, name) for name in FORWARDED])
        try:
            self.pid = os.posix_spawnp(command[0], command, environment, setsigdef=defaults, setsigmask=mask, **group)
        except OSError as error:
            say(f"{command[0]} can't be run: {error.strerror}")
            return 127 if isinstance(error, FileNotFoundError) else 126
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        status = self.wait(wake)
        self.pid = 0
        signal.set_wakeup_fd(-1)
        number = status & 0x7F
        return 128 + number if number else status >> 8

    def wait(self, wake: int) -> int:
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return 255 << 8
            if pid == self.pid:
                return status
            if pid == 0:
                if self.memory:
                    self.largest = max(self.largest, bytes_in_use(self.memory))
                select.select([wake], [], [], LOOK_SECONDS if self.memory else None)
                try:
                    os.read(wake, 4096)
                except BlockingIOError:
                    pass

    def peak(self) -> "int | None":
        """The most memory that the container's processes had at once, in bytes; of short ones what the kernel knows of each."""
        if not self.memory:
            return None
        import resource

        return max(self.largest, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024)


def memory_file() -> "tuple[str, tuple[bytes, ...]] | None":
    """Where the container's own control group says what its processes have that can't be given back, in version 2 and 1."""
    for path, fields in (
        ("/sys/fs/cgroup/memory.stat", (b"anon", b"shmem", b"kernel_stack", b"slab_unreclaimable")),
        ("/sys/fs/cgroup/memory/memory.stat", (b"total_rss", b"total_shmem")),
    ):
        if os.path.exists(path):
            return path, fields
    return None


def bytes_in_use(source: "tuple[str, tuple[bytes, ...]]") -> int:
    path, fields = source
    try:
        with open(path, "rb") as file:
            lines = [line.split() for line in file]
    except OSError:
        return 0
    return sum(int(line[1]) for line in lines if len(line) == 2 and line[0] in fields)
