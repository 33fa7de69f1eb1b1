import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, utimes } from "node:fs/promises";
import { join } from "node:path";

import { ok, type Result } from "../../../core/result.ts";
import type { PlatformError } from "../../../platform/port.ts";
import { isErrno } from "../../errno.ts";
import { readText, writeDurably } from "../attempt-files.ts";
import { withLock } from "../lock.ts";
import { removeTree } from "./tree.ts";

export interface BuildOrder {
  /** What is built is below it, in a folder that is named anew each time. */
  readonly directory: string;
  /** What must be there in a built one, relative to it. */
  readonly proof: string;
  /** It works wherever it stands. Default: false. */
  readonly movable?: boolean;
  readonly onWait: () => void;
  readonly signal: AbortSignal | undefined;
  /** Builds it in `target`, which isn't there yet. Gives what is to be remembered of it. */
  build(target: string): Promise<Result<Details, PlatformError>>;
}

type Details = Readonly<Record<string, string>>;

export interface Built {
  readonly path: string;
  readonly details: Details;
}

const completeFile = "complete.json";

/**
 * Gives what is built below a folder; builds it when it isn't there. Built is it under a lock, in
 * its own folder that is named as the complete one last: one that was interrupted is never used,
 * and cleared away by the next build.
 */
export async function builtFolder(order: BuildOrder): Promise<Result<Built, PlatformError>> {
  const { directory, signal } = order;
  const complete = await completeIn(order);
  if (complete !== undefined) return ok(complete);
  await mkdir(directory, { recursive: true });
  return withLock(
    join(directory, "lock.db"),
    order.onWait,
    async () => {
      const byOther = await completeIn(order);
      if (byOther !== undefined) return ok(byOther);
      for (const entry of await readdir(directory, { withFileTypes: true })) {
        // Only tidiness: what is new has its own name.
        const path = join(directory, entry.name);
        if (!entry.isFile()) await removeTree(path).catch(() => {});
      }
      const name = randomBytes(4).toString("hex");
      const path = join(directory, name);
      const built = await order.build(path);
      if (!built.ok) {
        await removeTree(path);
        return built;
      }
      const note = { ...built.value, directory: name, at: directory };
      writeDurably(directory, completeFile, note, "replace");
      return ok({ path, details: built.value });
    },
    signal,
  );
}

/**
 * What is complete below a folder, marked as used now. What says that it was built elsewhere isn't:
 * a virtual environment's programs name their interpreter by its whole path, so one whose workspace
 * was moved is made again.
 */
export async function completeIn({
  directory,
  proof,
  movable = false,
}: Pick<BuildOrder, "directory" | "proof" | "movable">): Promise<Built | undefined> {
  const text = readText(join(directory, completeFile));
  if (text === undefined) return undefined;
  const { directory: name = "", at, ...details } = JSON.parse(text) as Record<string, string>;
  const path = join(directory, name);
  if ((!movable && at !== directory) || !existsSync(join(path, proof))) return undefined;
  const now = new Date();
  await utimes(directory, now, now).catch((error: unknown) => {
    if (!isErrno(error, "ENOENT", "EACCES", "EPERM", "EROFS")) throw error;
  });
  return { path, details };
}
