import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { chmod, copyFile, mkdir, open, rename, stat, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";

import { mapConcurrently } from "../../core/concurrency.ts";
import type { Diagnostic } from "../../core/diagnostic.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import type { Release } from "../../release/release.ts";
import {
  readPackageTree,
  readProjectSources,
  releasedPlaces,
} from "../../release/project-sources.ts";
import { readSourceTree } from "../../release/source.ts";
import type { SourceTree } from "../../release/source-tree.ts";
import type { PackageFolder } from "../executors/port.ts";
import { isErrno } from "../errno.ts";
import { clearAway } from "../executors/clear-away.ts";
import type { Layout } from "../layout.ts";
import { markUsed } from "./tidy.ts";

export interface Snapshot {
  /** Name of its folder: the hash of what is in it. */
  readonly hash: string;
  /** False when it was there already, whole. */
  readonly created: boolean;
  /** Copies of the packages that the project shares, which last a day unless they are used. */
  readonly packages: readonly PackageFolder[];
  readonly warnings: readonly Diagnostic[];
}

/** Files copied at a time. */
const copiers = 4;

/**
 * Copies what a release is built from into its own folder that is never changed again, named
 * by its content. One that is there is checked and used; a damaged one is made anew.
 */
export async function takeSnapshot(
  layout: Layout,
  release: Release,
): Promise<Result<Snapshot, PlatformError>> {
  const { dockerfile } = release.image;
  const read = await readProjectSources(layout.root, releasedPlaces(release.image));
  if (!read.ok) return err(fromDiagnostic(read.error, release.project));
  const { tree, packages, warnings } = read.value;
  if (read.value.hash !== release.image.sourceHash) return err(changedMeanwhile(release.project));
  const changed = (): Result<never, PlatformError> => err(changedMeanwhile(release.project));
  const own = await takeTree(layout, tree, (folder) => readSourceTree(folder, { dockerfile }));
  if (own === undefined) return changed();
  const folders: PackageFolder[] = [];
  for (const { path, hash, tree: shared } of packages) {
    const taken = await takeTree(layout, shared, readPackageTree);
    if (taken === undefined) return changed();
    folders.push({ path, hash, folder: join(layout.snapshots, hash) });
  }
  return ok({ hash: tree.hash, created: own.created, packages: folders, warnings });
}

type ReadTree = (folder: string) => Promise<Result<SourceTree, Diagnostic>>;

/** Undefined: the files were changed meanwhile. */
async function takeTree(
  layout: Layout,
  tree: SourceTree,
  reader: ReadTree,
): Promise<{ readonly created: boolean } | undefined> {
  const { hash } = tree;
  const target = join(layout.snapshots, hash);
  await markUsed(target);
  if (await holds(target, reader, hash)) return { created: false };

  await mkdir(layout.snapshots, { recursive: true });
  const temporary = join(
    layout.snapshots,
    `.${hash.slice(0, 12)}-${randomBytes(4).toString("hex")}`,
  );
  try {
    await copyTree(tree, temporary);
    if (!(await holds(temporary, reader, hash))) return undefined;
    await putInPlace(temporary, target, () => holds(target, reader, hash));
    return { created: true };
  } finally {
    await clearAway(temporary);
  }
}

/** Whether a snapshot is there and what is in it is what its name says. */
export async function snapshotIntact(
  layout: Layout,
  release: Release,
  hash: string,
): Promise<boolean> {
  const { dockerfile } = release.image;
  const reader: ReadTree = (folder) => readSourceTree(folder, { dockerfile });
  return holds(join(layout.snapshots, hash), reader, hash);
}

async function holds(folder: string, reader: ReadTree, hash: string): Promise<boolean> {
  if ((await stat(folder).catch(() => undefined)) === undefined) return false;
  const read = await reader(folder);
  return read.ok && read.value.hash === hash;
}

async function copyTree(tree: SourceTree, target: string): Promise<void> {
  await mkdir(target);
  const folders = new Set(tree.entries.map((entry) => dirname(entry.path)));
  for (const folder of folders) await mkdir(join(target, folder), { recursive: true });
  await mapConcurrently(tree.entries, copiers, async (entry) => {
    const copy = join(target, entry.path);
    if (entry.kind === "link") {
      await symlink(entry.target, copy);
      return;
    }
    await copyFile(join(tree.directory, entry.path), copy, constants.COPYFILE_FICLONE);
    await sync(copy);
    await chmod(copy, entry.executable ? 0o555 : 0o444);
  });
  for (const folder of folders) await sync(join(target, folder));
}

/** One that is whole is never moved away, not even for a moment: attempts may be copying it. */
async function putInPlace(
  temporary: string,
  target: string,
  whole: () => Promise<boolean>,
): Promise<void> {
  try {
    await rename(temporary, target);
  } catch (error) {
    if (!isErrno(error, "ENOTEMPTY", "EEXIST")) throw error;
    // Another deploy has made it this very moment, or it is the damaged one.
    if (await whole()) return;
    const damaged = `${temporary}-damaged`;
    await rename(target, damaged);
    await rename(temporary, target);
    await clearAway(damaged);
  }
  await sync(dirname(target));
}

async function sync(path: string): Promise<void> {
  const file = await open(path, constants.O_RDONLY);
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

function fromDiagnostic(diagnostic: Diagnostic, project: string): PlatformError {
  const { message, help, location, related = [] } = diagnostic;
  const at = location === undefined ? "" : `${location.file}: `;
  const others = related.map((one) => `${one.location.file} (${one.message})`).join(", ");
  return {
    reason: "invalid",
    message: `${at}${message}${others === "" ? "" : `: ${others}`}`,
    ...(help === undefined ? {} : { help }),
    resource: project,
  };
}

function changedMeanwhile(project: string): PlatformError {
  return {
    reason: "conflict",
    message: `the files of ${project} were changed while they were being deployed`,
    help: "Deploy again when nothing writes to the project's folder.",
    resource: project,
  };
}
