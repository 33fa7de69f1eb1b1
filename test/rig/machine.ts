import { spawnSync } from "node:child_process";
import { mkdtempSync, realpathSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { Part } from "./parts.ts";

/** A separate disk, a small one. */
export interface SmallDisk extends Disposable {
  readonly path: string;
  /** Takes all the space that is left, but for some bytes. */
  fill(leaving?: number): void;
  /** Gives it back. */
  clear(): void;
  /** From now on nobody writes to it, root included. */
  readOnly(): void;
  writable(): void;
}

export interface Disks {
  /** @param bytes its size */
  make(bytes: number): SmallDisk;
}

/** Disks in memory (tmpfs), for who may mount them. */
export function smallDisks(): Part<Disks> {
  const tried = mountDisk(65_536);
  if (typeof tried === "string") return { missing: `the right to mount a disk: ${tried}` };
  tried[Symbol.dispose]();
  return {
    make(bytes) {
      const disk = mountDisk(bytes);
      if (typeof disk === "string") throw new Error(disk);
      return disk;
    },
  };
}

function mountDisk(bytes: number): SmallDisk | string {
  const path = realpathSync(mkdtempSync(join(tmpdir(), "esteira-disk-")));
  const mounted = command("mount", "-t", "tmpfs", "-o", `size=${bytes}`, "tmpfs", path);
  if (mounted !== undefined) {
    rmSync(path, { recursive: true });
    return mounted;
  }
  const filler = join(path, ".filler");
  return {
    path,
    fill(leaving = 0) {
      const { bsize, bavail } = statfsSync(path);
      writeFileSync(filler, Buffer.alloc(Math.max(0, bsize * bavail - leaving)));
    },
    clear: () => rmSync(filler, { force: true }),
    readOnly: () => remount(path, "ro"),
    writable: () => remount(path, "rw"),
    [Symbol.dispose]() {
      command("umount", "--lazy", path);
      rmSync(path, { recursive: true, force: true });
    },
  };
}

function remount(path: string, mode: "ro" | "rw"): void {
  const refused = command("mount", "-o", `remount,${mode}`, path);
  if (refused !== undefined) throw new Error(refused);
}

/** Words to put before a command, with which it runs as a user without rights. */
export interface OtherUser {
  readonly prefix: readonly [string, ...string[]];
  readonly uid: number;
}

/** Root may read and write whatever modes say: tests of permissions need somebody else. */
export function otherUser(): Part<OtherUser> {
  const uid = 65_534;
  const prefix = ["setpriv", `--reuid=${uid}`, `--regid=${uid}`, "--clear-groups"] as const;
  const refused = command(...prefix, "true");
  return refused === undefined ? { prefix, uid } : { missing: `root and setpriv: ${refused}` };
}

/** Why it failed, in a line; undefined when it didn't. */
function command(name: string, ...rest: readonly string[]): string | undefined {
  const { status, stderr, error } = spawnSync(name, rest, { encoding: "utf8" });
  if (status === 0) return undefined;
  return error?.message ?? stderr.trim().split("\n")[0] ?? `exit code ${status}`;
}

/** Starts programs as a user whose id has no entry in the machine's list, as containers do. */
export interface NamelessUser {
  /** What is put before a command. */
  readonly prefix: readonly string[];
}

export function namelessUser(): Part<NamelessUser> {
  const prefix = ["unshare", "--user", "--map-user=12345", "--"];
  const { status, error, stderr } = spawnSync(prefix[0] ?? "", [...prefix.slice(1), "true"]);
  if (status === 0) return { prefix };
  return {
    missing: `a user without an entry, by user namespaces: ${error?.message ?? String(stderr).trim()}`,
  };
}
