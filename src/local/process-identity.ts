import { execFileSync, type ExecFileSyncOptionsWithStringEncoding } from "node:child_process";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

/**
 * Which process it is, beyond its number: numbers are given out again after a process ends and
 * after a reboot, and mean different processes in different containers.
 */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it started, in the system's own terms; compared, never read. */
  readonly started: string;
  /** The boot of the machine that it runs in. */
  readonly boot: string;
  /** The space that process numbers belong to: one a container. */
  readonly space: string;
}

/**
 * Reads a tool's answer and leaves its complaints unread. Times must read the same no matter who
 * asks: the supervisor asks so, too.
 */
const options: ExecFileSyncOptionsWithStringEncoding = {
  encoding: "utf8",
  env: { ...process.env, LC_ALL: "C", TZ: "UTC" },
  stdio: ["ignore", "pipe", "ignore"],
};

let own: ProcessIdentity | undefined;

/** Identity of this process. */
export function thisProcess(): ProcessIdentity {
  own ??= {
    pid: process.pid,
    started: startOf(process.pid) ?? "",
    boot: bootId(),
    space: processSpace(),
  };
  return own;
}

/**
 * Whether that process still runs. `unknown` when it can't be seen from here (it belongs to another
 * container or machine): then only its heartbeat shows it.
 */
export function processState(identity: ProcessIdentity): "alive" | "dead" | "unknown" {
  const self = thisProcess();
  const [host, numbers] = partsOf(identity.space);
  const [ownHost, ownNumbers] = partsOf(self.space);
  if (identity.boot !== self.boot) {
    // Another boot of this machine has ended; another machine's can be distinguished from it only
    // by its space, which names the host.
    return host === ownHost ? "dead" : "unknown";
  }
  // A laptop's name changes with its network while it runs, so within one boot the host says
  // nothing.
  if (numbers !== ownNumbers) return "unknown";
  return startOf(identity.pid) === identity.started ? "alive" : "dead";
}

/**
 * When the process started, or `undefined` when there is none of that number (a zombie counts as
 * none).
 */
function startOf(pid: number): string | undefined {
  if (process.platform === "linux") {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      // The command's name is in parentheses and may hold anything; state is the 3rd field,
      // start time the 22nd. https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      return fields[0] === "Z" || fields[0] === "X" ? undefined : fields[19];
    } catch {
      return undefined;
    }
  }
  try {
    const line = execFileSync("ps", ["-o", "stat=,lstart=", "-p", String(pid)], options).trim();
    return line === "" || line.startsWith("Z") ? undefined : line.replace(/^\S+\s+/, "");
  } catch {
    return undefined;
  }
}

function bootId(): string {
  if (process.platform === "linux") {
    return readText("/proc/sys/kernel/random/boot_id");
  }
  try {
    const text = execFileSync("sysctl", ["-n", "kern.boottime"], options);
    return /sec = (\d+)/.exec(text)?.[1] ?? "";
  } catch {
    return "";
  }
}

function processSpace(): string {
  let space = "";
  if (process.platform === "linux") {
    try {
      space = readlinkSync("/proc/self/ns/pid");
    } catch {
      space = "";
    }
  }
  return `${hostname()}/${space}`;
}

function partsOf(space: string): readonly [host: string, numbers: string] {
  const slash = space.lastIndexOf("/");
  return [space.slice(0, slash), space.slice(slash + 1)];
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    return "";
  }
}
