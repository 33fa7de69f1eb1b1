import { createHash } from "node:crypto";
import { accessSync, constants, createReadStream } from "node:fs";
import { basename, join } from "node:path";

import { mapConcurrently } from "../core/concurrency.ts";
import type { Diagnostic, RelatedLocation } from "../core/diagnostic.ts";
import { all, err, ok, type Result } from "../core/result.ts";
import { count } from "../core/text.ts";
import type { IgnoreRules } from "./dockerignore.ts";
import { type AttributeFiles, lfsPointers, openAttributeFiles } from "./lfs-pointers.ts";
import type { KnownHashes } from "./source-hashes.ts";
import { secretFiles } from "./secret-files.ts";
import {
  askDisk,
  ignoreFiles,
  ignoreRules,
  ofFileSystem,
  unreadable,
  walk,
  type Found,
} from "./source-files.ts";
import { treeHash, type SourceEntry, type SourceTree } from "./source-tree.ts";

/** Beyond this a build context is worth a warning. */
export const WARN_BYTES = 100 * 1024 * 1024;
/** Beyond this it is refused: nobody means to send a gigabyte with every build. */
export const MAX_BYTES = 1024 * 1024 * 1024;

/** Files read at a time. */
const READERS = 4;

export interface SourceTreeOptions {
  /**
   * Relative to the folder, `Dockerfile` by default. Kept, as `.dockerignore` is, even where that
   * leaves it out: Docker sends both always.
   */
  readonly dockerfile?: string;
  /**
   * The folder as diagnostics show it, relative to the workspace's root; its last part by default.
   */
  readonly shownAs?: string;
  /**
   * Hashes of files that were read before and have the same size and times since. Absent: every
   * file is read.
   */
  readonly hashes?: KnownHashes;
  /**
   * What a pointer of Git LFS is, in the place of a large file that wasn't fetched: by default an
   * error.
   */
  readonly pointers?: "refuse" | "count";
  /** Those that the projects of one command have in common. */
  readonly attributes?: AttributeFiles;
  /** Sizes to warn at and to refuse, in bytes. */
  readonly limits?: { readonly warn: number; readonly refuse: number };
  /** What else doesn't count, by its path in the folder. Default: nothing. */
  readonly leavesOut?: (path: string) => boolean;
}

/**
 * Lists and hashes what a project's image is built from: all files of its folder but what
 * `.dockerignore` (or `<dockerfile>.dockerignore`, which goes before it) leaves out. Links are
 * listed, not followed.
 *
 * @param directory absolute path of the project's folder
 * @returns the tree; or what is wrong: a pattern or file that can't be read, a link that leaves the
 *   folder, more than a gigabyte
 */
export async function readSourceTree(
  directory: string,
  options: SourceTreeOptions = {},
): Promise<Result<SourceTree, Diagnostic>> {
  const shownAs = options.shownAs ?? basename(directory);
  const dockerfile = options.dockerfile ?? "Dockerfile";
  const limits = options.limits ?? defaultLimits;

  const rules = ignoreRules(directory, dockerfile, shownAs);
  if (!rules.ok) return rules;
  const { found, problems } = walk(
    directory,
    shownAs,
    counted(rules.value, options),
    kept(dockerfile),
  );
  const [first, ...others] = problems;
  if (first) return err({ ...first, related: others.flatMap(asRelated) });

  const weighed = weigh(found, shownAs, limits);
  if (!weighed.ok) return weighed;
  const { attributes = openAttributeFiles() } = options;
  const pointers = options.pointers === "count" ? [] : lfsPointers(directory, found, attributes);
  if (pointers.length > 0) return err(notFetched(pointers, shownAs));
  const hashed = await hashAll(directory, shownAs, found, options.hashes);
  if (!hashed.ok) return hashed;
  return ok({
    directory,
    entries: hashed.value,
    totalBytes: hashed.value.reduce((sum, e) => sum + (e.kind === "file" ? e.size : 0), 0),
    hash: treeHash(hashed.value),
    warnings: [...weighed.value, ...(await secretFiles(directory, shownAs, found))],
  });
}

export interface SourceCheck {
  readonly diagnostics: readonly Diagnostic[];
  /**
   * Everything that the outcome depends on, absolute: as long as none of these paths has changed,
   * also of those where nothing is, the same check gives the same. Undefined where that isn't all,
   * because something couldn't be read.
   */
  readonly lookedAt: readonly string[] | undefined;
}

/**
 * All that is wrong with what a project's image is built from, and what is worth a word; nothing is
 * hashed. Takes what `readSourceTree` takes.
 */
export async function checkSources(
  directory: string,
  options: SourceTreeOptions = {},
): Promise<SourceCheck> {
  const shownAs = options.shownAs ?? basename(directory);
  const dockerfile = options.dockerfile ?? "Dockerfile";
  const rules = ignoreRules(directory, dockerfile, shownAs);
  if (!rules.ok) return { diagnostics: [rules.error], lookedAt: undefined };
  const { found, problems, folders } = walk(
    directory,
    shownAs,
    counted(rules.value, options),
    kept(dockerfile),
  );
  const weighed = weigh(found, shownAs, options.limits ?? defaultLimits);
  const { attributes = openAttributeFiles() } = options;
  const pointers = lfsPointers(directory, found, attributes);
  const denied = found.flatMap(({ kind, path }) => {
    if (kind === "link") return [];
    const read = askDisk(() => accessSync(join(directory, path), constants.R_OK));
    return read.ok ? [] : [unreadable(`${shownAs}/${path}`, read.error)];
  });
  const inside = [...ignoreFiles(dockerfile), ...folders, ...found.map(({ path }) => path)];
  return {
    diagnostics: [
      ...problems,
      ...denied,
      ...(weighed.ok ? weighed.value : [weighed.error]),
      ...(await secretFiles(directory, shownAs, found)),
      ...(pointers.length === 0 ? [] : [notFetched(pointers, shownAs)]),
    ],
    lookedAt:
      problems.length + denied.length > 0
        ? undefined
        : [
            ...inside.map((path) => (path === "" ? directory : join(directory, path))),
            ...attributes.of(directory),
          ],
  };
}

function counted(rules: IgnoreRules, { leavesOut }: SourceTreeOptions): IgnoreRules {
  if (leavesOut === undefined) return rules;
  return {
    ignores: (path) => leavesOut(path) || rules.ignores(path),
    ignoresAllBelow: (path) => leavesOut(path) || rules.ignoresAllBelow(path),
  };
}

const defaultLimits = { warn: WARN_BYTES, refuse: MAX_BYTES };

/** Docker sends both always. */
function kept(dockerfile: string): readonly string[] {
  return [".dockerignore", dockerfile];
}

function weigh(
  found: readonly Found[],
  shownAs: string,
  limits: { readonly warn: number; readonly refuse: number },
): Result<Diagnostic[], Diagnostic> {
  const files = found.filter((entry) => entry.kind === "file");
  const total = files.reduce((sum, file) => sum + file.size, 0);
  if (total <= limits.warn) return ok([]);
  const refused = total > limits.refuse;
  const related = files
    .toSorted((a, b) => b.size - a.size)
    .slice(0, 5)
    .map((file): RelatedLocation => ({
      message: megabytes(file.size),
      location: { file: `${shownAs}/${file.path}` },
    }));
  const diagnostic: Diagnostic = {
    code: "source/size",
    severity: refused ? "error" : "warning",
    message: `the project's sources have ${megabytes(total)}, more than ${megabytes(refused ? limits.refuse : limits.warn)}`,
    help: "every file goes into the image and into each attempt's folder; leave data, models and environments out in .dockerignore",
    location: { file: shownAs },
    related,
  };
  return refused ? err(diagnostic) : ok([diagnostic]);
}

/** One error for all of them: one command fetches them. */
function notFetched(pointers: readonly string[], shownAs: string): Diagnostic {
  const [first = "", ...others] = pointers;
  return {
    code: "source/lfs-pointer",
    severity: "error",
    message: `${others.length === 0 ? "this is a pointer" : `this and ${count(others.length, "other file")} are pointers`} of Git LFS, not the large file itself`,
    help: "`git lfs pull` fetches it (in a workflow, actions/checkout does with `lfs: true`); what the image doesn't need is left out in .dockerignore",
    location: { file: `${shownAs}/${first}` },
    related: others.slice(0, 5).map((path) => ({
      message: "a pointer too",
      location: { file: `${shownAs}/${path}` },
    })),
  };
}

async function hashAll(
  directory: string,
  shownAs: string,
  found: readonly Found[],
  hashes: KnownHashes | undefined,
): Promise<Result<SourceEntry[], Diagnostic>> {
  const entries = await mapConcurrently(
    found,
    READERS,
    async (one): Promise<Result<SourceEntry, Diagnostic>> => {
      if (one.kind === "link") return ok(one);
      const { stamp: stampOf, ...entry } = one;
      const path = join(directory, one.path);
      const stamp = stampOf();
      const known = hashes?.get(path, stamp);
      if (known !== undefined) return ok({ ...entry, sha256: known });
      try {
        const read = await hashFile(path);
        hashes?.set(path, stamp, read.sha256);
        return ok({ ...entry, ...read });
      } catch (error) {
        return err(unreadable(`${shownAs}/${one.path}`, ofFileSystem(error)));
      }
    },
  );
  return all(entries);
}

async function hashFile(path: string): Promise<{ size: number; sha256: string }> {
  const hash = createHash("sha256");
  let size = 0;
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    size += chunk.length;
  }
  return { size, sha256: hash.digest("hex") };
}

function asRelated(diagnostic: Diagnostic): RelatedLocation[] {
  const { message, location } = diagnostic;
  return location ? [{ message, location }] : [];
}

function megabytes(bytes: number): string {
  if (bytes === 1) return "1 byte";
  return bytes < 100 * 1024 ? `${bytes} bytes` : `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}
