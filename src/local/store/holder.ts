import { readFileSync, statSync } from "node:fs";

/**
 * Bytes of a write-ahead log's shared memory that writers, checkpointers and recovery lock:
 * https://www.sqlite.org/walformat.html#wal_locks. Readers lock those after them.
 */
const exclusiveBytes = { first: 120, last: 122 };

/**
 * Who holds a database: `sqlite3 (process 1234)`. Undefined where the system doesn't say.
 *
 * @param database path of its file
 */
export function holderOf(database: string): string | undefined {
  let locks: string;
  try {
    locks = readFileSync("/proc/locks", "utf8");
  } catch {
    return undefined; // Only Linux has it.
  }
  const files = [
    { inode: inodeOf(database), from: 0, to: Infinity },
    { inode: inodeOf(`${database}-shm`), from: exclusiveBytes.first, to: exclusiveBytes.last },
  ];
  for (const line of locks.split("\n")) {
    const lock = parseLock(line);
    if (lock === undefined || lock.pid === process.pid) continue;
    const held = files.some(
      ({ inode, from, to }) => inode === lock.inode && lock.from <= to && lock.to >= from,
    );
    if (held) return `${nameOf(lock.pid)} (process ${lock.pid})`;
  }
  return undefined;
}

interface FileLock {
  readonly pid: number;
  /** Of the file; devices of some file systems are numbered otherwise in `/proc/locks`. */
  readonly inode: number;
  readonly from: number;
  readonly to: number;
}

/** `1: POSIX  ADVISORY  WRITE 4242 08:01:131 120 120`: proc_locks(5). */
function parseLock(line: string): FileLock | undefined {
  const found = /^\d+: \S+\s+\S+\s+WRITE\s+(\d+) \S+:(\d+) (\d+) (\d+|EOF)$/.exec(line);
  if (found === null) return undefined;
  const [, pid, inode, from, to] = found;
  return {
    pid: Number(pid),
    inode: Number(inode),
    from: Number(from),
    to: to === "EOF" ? Infinity : Number(to),
  };
}

function inodeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.ino;
}

function nameOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, "utf8").trim();
  } catch {
    return "a program";
  }
}
