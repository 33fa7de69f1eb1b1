import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, mkdir, open, realpath, rename, rm } from "node:fs/promises";
import { dirname, join, sep } from "node:path";

import { mapConcurrently } from "../../core/concurrency.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { ArtifactsOf, ArtifactStore } from "../../platform/roles/artifacts.ts";
import { failed, fromPlatform, refused, type Failure } from "../failure.ts";
import type { LeftFile } from "../../platform/left-files.ts";

/** Files that are fetched side by side. */
const atOnce = 8;

export interface Fetching {
  readonly store: ArtifactStore;
  readonly of: ArtifactsOf;
  /** Absolute. */
  readonly folder: string;
  /** Files that are there already are replaced. */
  readonly force: boolean;
  /** Called for each piece that has arrived, with its bytes. */
  readonly onBytes: (count: number) => void;
  readonly onFile: (file: LeftFile) => void;
}

/**
 * Brings files into a folder, each whole or not at all, with the content that its step left. What
 * is there already is refused before anything is written.
 */
export async function fetchFiles(
  fetching: Fetching,
  files: readonly LeftFile[],
): Promise<Result<void, Failure>> {
  const { folder, force } = fetching;
  const there = files.find(({ name }) => existsSync(join(folder, name)));
  if (there !== undefined && !force) {
    return refused(
      `${join(folder, there.name)} is there already`,
      "Choose another folder with --to, or replace what is there with --force.",
    );
  }
  await mkdir(folder, { recursive: true });
  const root = await realpath(folder);
  const failures: Failure[] = [];
  await mapConcurrently(files, atOnce, async (file) => {
    if (failures.length > 0) return;
    const done = await fetchOne(fetching, root, file);
    if (done.ok) fetching.onFile(file);
    else failures.push(done.error);
  });
  const [first] = failures;
  return first === undefined ? ok(undefined) : err(first);
}

async function fetchOne(
  { store, of, onBytes }: Fetching,
  root: string,
  file: LeftFile,
): Promise<Result<void, Failure>> {
  const target = join(root, file.name);
  const parent = dirname(target);
  // Before any folder is made: a link must not lead even that to somewhere else.
  const existing = await realpath(existingAbove(parent));
  if (existing !== root && !existing.startsWith(root + sep)) {
    return refused(
      `${file.name} would be written outside of ${root}: a link leads there`,
      "Choose an empty folder with --to.",
    );
  }
  await mkdir(parent, { recursive: true });
  const content = await store.read(of, file.key);
  if (!content.ok) return failed(fromPlatform(content.error));
  if (content.value === undefined) return gone(file);
  const part = join(parent, `.${process.pid}-${createHash("sha1").update(file.key).digest("hex")}`);
  try {
    const hash = createHash("sha256");
    {
      await using handle = await open(part, "w", 0o666);
      for await (const piece of content.value) {
        hash.update(piece);
        await handle.writeFile(piece);
        onBytes(piece.length);
      }
    }
    if (file.sha256 !== undefined && hash.digest("hex") !== file.sha256) {
      return failed({
        exit: "unavailable",
        reason: "corrupt",
        message: `${file.name} has another content than its step left`,
        help: "Run the step again, or look who changed it.",
        resource: file.key,
      });
    }
    if (file.mode !== undefined) await chmod(part, file.mode);
    await rename(part, target);
    return ok(undefined);
  } finally {
    await rm(part, { force: true });
  }
}

/** The folder itself, or the nearest one above it that is there. */
function existingAbove(folder: string): string {
  return existsSync(folder) ? folder : existingAbove(dirname(folder));
}

function gone(file: LeftFile): Result<never, Failure> {
  return failed({
    exit: "notFound",
    reason: "not-found",
    message: `${file.name} is gone`,
    help: "Somebody removed it meanwhile; list the files again with `esteira artifacts ls`.",
    resource: file.key,
  });
}
