"""This process, which others find by its identity, and those below it: finding, measuring and ending them."""

import os
import sys

from files import read, write_durably

try:
    import _signal as signal
except ImportError:
    import signal

LINUX = sys.platform.startswith("linux")
CHILDREN_LISTED = os.path.exists(f"/proc/self/task/{os.getpid()}/children")
PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36


def become_subreaper() -> None:
    """Makes orphans below this process its own children, so that none escapes. Only Linux can."""
    prctl(PR_SET_CHILD_SUBREAPER, 1)


def prctl(option: int, value: int) -> None:
    """The system call; does nothing where there is none. `ctypes` would take 4 ms to load, what lies under it a tenth of that."""
    if not LINUX:
        return
    try:
        import _ctypes

        _ctypes.call_function(_ctypes.dlsym(_ctypes.dlopen(None, 0), "prctl"), (option, value, 0, 0, 0))
    except (ImportError, AttributeError, TypeError):
        import ctypes

        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


def publish_identity(started_at: int) -> bool:
    """Process ids are used again, after a boot and in other containers: with these fields this one is distinguished from the others."""
    pid = os.getpid()
    if LINUX:
        started = read("/proc/self/stat").rpartition(b")")[2].split()[19].decode()
        boot = read("/proc/sys/kernel/random/boot_id").decode().strip()
        space = os.readlink("/proc/self/ns/pid")
    else:
        started = os.popen(f"LC_ALL=C TZ=UTC ps -o lstart= -p {pid}").read().strip()
        boot = os.popen("sysctl -n kern.boottime").read().partition("sec = ")[2].partition(",")[0]
        space = ""
    text = (
        f'{{"pid":{pid},"started":"{started}","boot":"{boot}","space":"{os.uname().nodename}/{space}",'
        f'"startedAt":{started_at}}}\n'
    )
    return write_durably("identity.json", text, exclusive=True, tries=1)


class Family:
    """
    Every process below this one. Linux lists children itself. Elsewhere `ps` does, and a daemon that left its parents is
    remembered for as long as each look finds it again.
    """

    def __init__(self):
        self.members = set()
        self.resident = {}

    def refresh(self) -> "set[int]":
        if CHILDREN_LISTED:
            children, self.members = listed_children, set()
        else:
            table = process_table()
            self.resident = {pid: size for pid, (_, size) in table.items()}
            self.members = self.members & table.keys()

            def children(pid):
                return [child for child, (parent, _) in table.items() if parent == pid]

        queue = [os.getpid(), *self.members]
        while queue:
            new = set(children(queue.pop())) - self.members
            self.members |= new
            queue += new
        return self.members

    def memory(self, limit: int) -> int:
        """Bytes in use. Resident sizes count a shared page once a process, so what seems too much is measured again."""
        used = sum(self.resident.get(pid) or resident_bytes(pid) for pid in self.members)
        return sum(map(proportional_bytes, self.members)) if LINUX and 0 < limit < used else used

    def send(self, number: int) -> None:
        """
        A signal to a process group reaches all its members in one moment, also those that are being forked; one to each process
        finds less than there is when they fork fast.
        """
        own = os.getpgid(0)
        for target in {pid if group == own else -group for pid in self.members for group in group_of(pid)}:
            try:
                os.kill(target, number)
            except OSError:
                pass  # Gone already, or of another user: UNKILLABLE_SECONDS ends the wait for it.


def group_of(pid: int) -> "list[int]":
    try:
        return [os.getpgid(pid)]
    except OSError:
        return []


def listed_children(pid: int) -> "list[int]":
    try:
        threads = os.listdir(f"/proc/{pid}/task")
    except OSError:
        return []
    return [int(child) for thread in threads for child in read(f"/proc/{pid}/task/{thread}/children").split()]


def process_table() -> "dict[int, tuple[int, int]]":
    """Parent and resident bytes of every process of the machine."""
    import subprocess

    with subprocess.Popen(["ps", "-A", "-o", "pid=,ppid=,rss="], stdout=subprocess.PIPE) as ps:
        rows = [[int(field) for field in line.split()] for line in ps.stdout]
    return {pid: (parent, size * 1024) for pid, parent, size in rows if pid != ps.pid}


def resident_bytes(pid: int) -> int:
    fields = read(f"/proc/{pid}/statm").split()
    return int(fields[1]) * os.sysconf("SC_PAGE_SIZE") if fields else 0


def proportional_bytes(pid: int) -> int:
    """Where a page is shared, each process counts its part of it."""
    for line in read(f"/proc/{pid}/smaps_rollup").splitlines():
        if line.startswith(b"Pss:"):
            return int(line.split()[1]) * 1024
    return resident_bytes(pid)
