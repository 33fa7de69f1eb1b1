"""The content of files, copied and hashed as cheaply as the file system can."""

import errno
import os
from hashlib import sha256

CHUNK = 1 << 20
AT_ONCE = 1 << 28
FICLONE = 0x40049409
# What a file system, a kernel or a sandbox says that can't do one of the ways.
CANT = (errno.ENOSYS, errno.EXDEV, errno.EINVAL, errno.EOPNOTSUPP, errno.EPERM, errno.EBADF, errno.ENOTTY, errno.EACCES, errno.ETXTBSY)


def copy_contents(source: int, target: int, size: int) -> None:
    """
    Blocks are shared where the file system can do that, and otherwise copied by the kernel; holes stay holes. They are never the same
    file: what the one step writes to its own later must not reach what was kept.
    """
    if cloned(source, target):
        return
    os.ftruncate(target, size)
    for begin, end in data_of(source, 0, size):
        copy_range(source, target, begin, end)


def cloned(source: int, target: int) -> bool:
    try:
        import fcntl

        fcntl.ioctl(target, FICLONE, source)
    except OSError as error:
        if error.errno in CANT:
            return False
        raise
    return True


def hash_of(file: int, begin: int, end: int) -> str:
    """
    SHA-256 of a part of an open file, in hexadecimal digits. Holes are known without being read, which would fill the machine's memory
    with them; so is what is missing where the file ends before.
    """
    digest, at = sha256(), begin
    for data_begin, data_end in data_of(file, begin, end):
        add_zeros(digest, data_begin - at)
        at = data_begin
        while at < data_end:
            data = os.pread(file, min(data_end - at, CHUNK), at)
            if not data:
                break
            digest.update(data)
            at += len(data)
    add_zeros(digest, end - at)
    return digest.hexdigest()


def add_zeros(digest, count: int) -> None:
    zeros = bytes(min(count, CHUNK))
    while count > 0:
        digest.update(zeros if count >= CHUNK else zeros[:count])
        count -= CHUNK


def data_of(file: int, begin: int, end: int):
    """Those parts of a part of a file that aren't holes, each as its begin and end."""
    at = begin
    while at < end:
        try:
            data = os.lseek(file, at, os.SEEK_DATA)
            hole = min(os.lseek(file, data, os.SEEK_HOLE), end)
        except OSError as error:
            if error.errno == errno.ENXIO:
                return  # Only a hole is left.
            data, hole = at, end
        except AttributeError:
            data, hole = at, end
        if data >= end:
            return
        yield data, hole
        at = hole


def copy_range(source: int, target: int, at: int, end: int) -> None:
    by_kernel = hasattr(os, "copy_file_range")
    while at < end:
        if by_kernel:
            try:
                count = os.copy_file_range(source, target, min(end - at, AT_ONCE), at, at)
            except OSError as error:
                if error.errno not in CANT:
                    raise
                by_kernel = False
                continue
            # Some kernels give nothing for files of some file systems, where reading gives all.
            if count == 0:
                by_kernel = False
                continue
        else:
            data = os.pread(source, min(end - at, CHUNK), at)
            if not data:
                return
            count = write_all(target, data, at)
        at += count


def write_all(target: int, data: bytes, at: int) -> int:
    rest = memoryview(data)
    while rest:
        count = os.pwrite(target, rest, at)
        rest, at = rest[count:], at + count
    return len(data)
