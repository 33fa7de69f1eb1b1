import { constants } from "node:fs";
import { chmod, copyFile, mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import type { Diagnostic } from "../../core/diagnostic.ts";
import { err, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import type { Release } from "../../release/release.ts";
import { readSourceTree } from "../../release/source.ts";
import { sourceHash, type SourceTree } from "../../release/source-tree.ts";
import { mapConcurrently } from "../../core/concurrency.ts";

const copiers = 4;

/**
 * Copies what an image is built from into a temporary folder, so that the image holds what its
 * source hash says: nothing that the hash leaves out, nothing that was changed since. The folder is
 * gone when `work` is done.
 *
 * @param root the workspace's
 */
export async function withBuildContext<Value>(
  root: string,
  release: Release,
  work: (context: string) => Promise<Result<Value, PlatformError>>,
): Promise<Result<Value, PlatformError>> {
  const { context, dockerfile, buildArguments } = release.image;
  const isWanted = (tree: SourceTree) =>
    sourceHash(tree, dockerfile, buildArguments) === release.image.sourceHash;
  const read = await readSourceTree(join(root, context), { dockerfile, shownAs: context });
  if (!read.ok) return err(unreadable(read.error, release.project));
  if (!isWanted(read.value)) return err(changedMeanwhile(release));
  const folder = await mkdtemp(join(tmpdir(), "esteira-build-"));
  try {
    await copyTree(read.value, folder);
    const copied = await readSourceTree(folder, { dockerfile });
    if (!copied.ok || !isWanted(copied.value)) return err(changedMeanwhile(release));
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Modes are those that the hash knows, whatever the machine's own habits are. */
async function copyTree({ directory, entries }: SourceTree, target: string): Promise<void> {
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
