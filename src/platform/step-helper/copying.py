"""The content of a file into another, as cheaply as the file system can."""

import errno
import os

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
    for begin, end in data_of(source, size):
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


def data_of(source: int, size: int):
    """The parts of a file that aren't holes."""
    at = 0
    while at < size:
        try:
            begin = os.lseek(source, at, os.SEEK_DATA)
            end = min(os.lseek(source, begin, os.SEEK_HOLE), size)
        except OSError as error:
            if error.errno == errno.ENXIO:
                return  # Only a hole is left.
            begin, end = at, size
        except AttributeError:
            begin, end = at, size
        if begin >= size:
            return
        yield begin, end
        at = end


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
