import { constants } from "node:fs";
import { chmod, copyFile, mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import type { Diagnostic } from "../../core/diagnostic.ts";
import { err, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import type { Release } from "../../release/release.ts";
import { readSourceTree } from "../../release/source.ts";
import {
  readPackageTree,
  readProjectSources,
  releasedPlaces,
} from "../../release/project-sources.ts";
import type { SourceTree } from "../../release/source-tree.ts";
import { stagedFolder } from "../../platform/packages-stage.ts";
import { mapConcurrently } from "../../core/concurrency.ts";

const copiers = 4;

/** Temporary folders that an image is built from. */
export interface BuildContext {
  readonly project: string;
  /** Each shared package in its own folder (`stagedFolder`); undefined: there are none. */
  readonly packages: string | undefined;
}

/**
 * Copies what an image is built from into temporary folders, so that the image holds what its
 * source hash says: nothing that the hash leaves out, nothing that was changed since. They are
 * gone when `work` is done.
 *
 * @param root the workspace's
 */
export async function withBuildContext<Value>(
  root: string,
  release: Release,
  work: (context: BuildContext) => Promise<Result<Value, PlatformError>>,
): Promise<Result<Value, PlatformError>> {
  const { dockerfile, sourceHash } = release.image;
  const read = await readProjectSources(root, releasedPlaces(release.image));
  if (!read.ok) return err(unreadable(read.error, release.project));
  if (read.value.hash !== sourceHash) return err(changedMeanwhile(release));
  const { tree, packages } = read.value;
  const folder = await mkdtemp(join(tmpdir(), "esteira-build-"));
  try {
    const project = join(folder, "project");
    await copyTree(tree, project);
    const copied = await readSourceTree(project, { dockerfile });
    if (!copied.ok || copied.value.hash !== tree.hash) return err(changedMeanwhile(release));
    const shared = join(folder, "packages");
    for (const [index, one] of packages.entries()) {
      const place = join(shared, stagedFolder(index, one));
      await copyTree(one.tree, place);
      const same = await readPackageTree(place);
      if (!same.ok || same.value.hash !== one.hash) return err(changedMeanwhile(release));
    }
    return await work({ project, packages: packages.length === 0 ? undefined : shared });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Modes are those that the hash knows, whatever the machine's own habits are. */
async function copyTree({ directory, entries }: SourceTree, target: string): Promise<void> {
  await mkdir(target, { recursive: true, mode: 0o755 });
  await chmod(target, 0o755);
  const folders = new Set(entries.map(({ path }) => dirname(path)));
  for (const folder of folders) await mkdir(join(target, folder), { recursive: true, mode: 0o755 });
  await mapConcurrently(entries, copiers, async (entry) => {
    const copy = join(target, entry.path);
    if (entry.kind === "link") return symlink(entry.target, copy);
    await copyFile(join(directory, entry.path), copy, constants.COPYFILE_FICLONE);
    return chmod(copy, entry.executable ? 0o755 : 0o644);
  });
}

function unreadable(diagnostic: Diagnostic, project: string): PlatformError {
  const { message, help, location } = diagnostic;
  return {
    reason: "invalid",
    message: location === undefined ? message : `${location.file}: ${message}`,
    ...(help === undefined ? {} : { help }),
    resource: project,
  };
}

function changedMeanwhile({ project, image }: Release): PlatformError {
  return {
    reason: "conflict",
    message: `the files of ${project} were changed since the plan was made`,
    help: `run it again when nothing writes to ${image.context}`,
    resource: project,
  };
}
