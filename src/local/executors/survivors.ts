import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * Variable in the environment of every process of an attempt; its value is the attempt's directory.
 */
export const attemptMark = "ESTEIRA_ATTEMPT";

/**
 * Kills every process of an attempt whose supervisor is gone, or was given up before it began:
 * those that carry the attempt's mark in their environment, and what is below them. Resolves when
 * none is left.
 */
export async function killSurvivors(directory: string): Promise<void> {
  for (let round = 0; round < 500; round += 1) {
    const found = await survivors(directory);
    if (found.length === 0) return;
    // A signal to a process group also reaches those of its members that are just being forked.
    const groups = new Set(found.filter((row) => row.group > 1).map((row) => -row.group));
    for (const target of [...groups, ...found.map((row) => row.pid)]) kill(target);
    await sleep(20);
  }
}

/**
 * The processes of an attempt. Those of other users can't be looked into and aren't ours; nor is
 * this one with its group.
 */
async function survivors(directory: string): Promise<readonly Row[]> {
  const table =
    process.platform === "linux" ? linuxProcesses(directory) : await psProcesses(directory);
  const ownGroup = table.find((row) => row.pid === process.pid)?.group;
  const found = new Set(table.filter((row) => row.marked).map((row) => row.pid));
  for (let size = -1; size !== found.size;) {
    size = found.size;
    for (const row of table) if (found.has(row.parent)) found.add(row.pid);
  }
  return table.filter((row) => found.has(row.pid) && row.group !== ownGroup);
}

interface Row {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly marked: boolean;
}

function linuxProcesses(directory: string): Row[] {
  const mark = Buffer.from(`\0${attemptMark}=${directory}\0`);
  const rows: Row[] = [];
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const stat = contentOf(`/proc/${name}/stat`).toString("latin1");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (stat === "" || fields[0] === "Z" || fields[0] === "X") continue;
    const environment = contentOf(`/proc/${name}/environ`);
    const marked = Buffer.concat([Buffer.of(0), environment]).includes(mark);
    rows.push({ pid: Number(name), parent: Number(fields[1]), group: Number(fields[2]), marked });
  }
  return rows;
}

/** Elsewhere `ps` shows the environment of one's own processes behind their command line. */
async function psProcesses(directory: string): Promise<Row[]> {
  const { execa } = await import("execa");
  const { stdout } = await execa(
    "ps",
    ["-A", "-E", "-ww", "-o", "pid=,ppid=,pgid=,stat=,command="],
    {
      reject: false,
    },
  );
  return stdout.split("\n").flatMap((line) => {
    const [, pid, parent, group, stat, text] =
      /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s(.*)$/.exec(line) ?? [];
    if (pid === undefined || stat === undefined || stat.startsWith("Z")) return [];
    const marked = ` ${text} `.includes(` ${attemptMark}=${directory} `);
    return [{ pid: Number(pid), parent: Number(parent), group: Number(group), marked }];
  });
}

function contentOf(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch {
    return Buffer.alloc(0);
  }
}

function kill(target: number): void {
  try {
    process.kill(target, "SIGKILL");
  } catch {
    // Gone meanwhile.
  }
}
