import { mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";

import { execa } from "execa";

import type { Part } from "./parts.ts";

export interface CloningDisk {
  /** Mounts one in a folder that is made for it. */
  mount(folder: string): Promise<AsyncDisposable>;
}

/** The least that XFS makes a file system of, in bytes; its file takes what is written. */
const size = 320 * 1024 * 1024;

/** A disk whose files can be cloned, in a file: those of most machines can't. Needs root. */
export async function cloningDisk(): Promise<Part<CloningDisk>> {
  if (process.getuid?.() !== 0)
    return { missing: "root, to mount a disk whose files can be cloned" };
  const known = readFileSync("/proc/filesystems", "utf8");
  if (!/\txfs$/m.test(known)) return { missing: "a kernel with XFS, whose files can be cloned" };
  const { failed } = await execa("mkfs.xfs", ["-V"], { reject: false });
  return failed ? { missing: "mkfs.xfs, of the package xfsprogs" } : { mount };
}

async function mount(folder: string): Promise<AsyncDisposable> {
  const image = `${folder}.xfs`;
  mkdirSync(folder, { recursive: true });
  writeFileSync(image, "");
  truncateSync(image, size);
  await execa("mkfs.xfs", ["-q", "-m", "reflink=1", image]);
  await execa("mount", ["-o", "loop", image, folder]);
  return {
    [Symbol.asyncDispose]: async () => {
      await execa("umount", ["--lazy", folder]);
      rmSync(image);
    },
  };
}

/** Whether all of a file's content is shared with another file. */
export async function isShared(file: string): Promise<boolean> {
  const { stdout } = await execa("filefrag", ["-s", "-v", file]);
  const extents = stdout.split("\n").filter((line) => /^\s*\d+:/.test(line));
  return extents.length > 0 && extents.every((line) => line.includes("shared"));
}
