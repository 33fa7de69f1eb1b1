import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir, readFile, readlink, realpath, stat } from "node:fs/promises";
import { basename, isAbsolute, join, posix, relative, sep } from "node:path";

import { mapConcurrently } from "../core/concurrency.ts";
import type { Diagnostic, RelatedLocation } from "../core/diagnostic.ts";
import { all, err, ok, type Result } from "../core/result.ts";
import type { KnownHashes } from "./source-hashes.ts";
import { noIgnoreRules, parseDockerignore, type IgnoreRules } from "./dockerignore.ts";
import { treeHash, type SourceEntry, type SourceTree } from "./source-tree.ts";

/** Beyond this a build context is worth a warning. */
export const WARN_BYTES = 100 * 1024 * 1024;
/** Beyond this it is refused: nobody means to send a gigabyte with every build. */
export const MAX_BYTES = 1024 * 1024 * 1024;

/** Left out at any depth, whatever `.dockerignore` says. */
const NEVER_SOURCES = new Set([".git", "__pycache__", ".venv", ".esteira"]);

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
  /** Sizes to warn at and to refuse, in bytes. */
  readonly limits?: { readonly warn: number; readonly refuse: number };
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
  const limits = options.limits ?? { warn: WARN_BYTES, refuse: MAX_BYTES };

  const rules = await ignoreRules(directory, dockerfile, shownAs);
  if (!rules.ok) return rules;
  const found = await walk(directory, shownAs, rules.value, [".dockerignore", dockerfile]);
  if (!found.ok) return found;

  const weighed = weigh(found.value, shownAs, limits);
  if (!weighed.ok) return weighed;
  const hashed = await hashAll(directory, shownAs, found.value, options.hashes);
  if (!hashed.ok) return hashed;
  return ok({
    directory,
    entries: hashed.value,
    totalBytes: hashed.value.reduce((sum, e) => sum + (e.kind === "file" ? e.size : 0), 0),
    hash: treeHash(hashed.value),
    warnings: weighed.value,
  });
}

type Found =
  | { kind: "file"; path: string; size: number; executable: boolean; stamp: string }
  | { kind: "link"; path: string; target: string };

async function ignoreRules(
  directory: string,
  dockerfile: string,
  shownAs: string,
): Promise<Result<IgnoreRules, Diagnostic>> {
  for (const file of [`${dockerfile}.dockerignore`, ".dockerignore"]) {
    const text = await attempt(readFile(join(directory, file), "utf8"));
    if (!text.ok && (text.error.code === "ENOENT" || text.error.code === "ENOTDIR")) continue;
    if (!text.ok) return err(unreadable(`${shownAs}/${file}`, text.error));
    const rules = parseDockerignore(text.value);
    if (rules.ok) return rules;
    const line = text.value.split("\n")[rules.error.line - 1]?.replace(/\r$/, "") ?? "";
    return err({
      code: "source/ignore-pattern",
      severity: "error",
      message: `the pattern "${rules.error.text}" can't be read`,
      help: "Docker refuses it too; close every [ with ] and give ! a pattern",
      location: {
        file: `${shownAs}/${file}`,
        range: {
          line: rules.error.line,
          column: line.indexOf(rules.error.text) + 1,
          length: rules.error.text.length,
          text: line,
        },
      },
    });
  }
  return ok(noIgnoreRules);
}

/**
 * Everything that counts, sorted by path; the sizes are the file system's, nothing has been read
 * yet.
 */
async function walk(
  directory: string,
  shownAs: string,
  rules: IgnoreRules,
  kept: readonly string[],
): Promise<Result<Found[], Diagnostic>> {
  const keeps = (path: string) => kept.includes(path);
  const leadsToKept = (path: string) => kept.some((file) => file.startsWith(`${path}/`));
  const found: Found[] = [];
  const problems: Diagnostic[] = [];

  const visit = async (folder: string): Promise<void> => {
    const entries = await attempt(readdir(join(directory, folder), { withFileTypes: true }));
    if (!entries.ok) {
      problems.push(unreadable(shown(shownAs, folder), entries.error));
      return;
    }
    for (const entry of entries.value) {
      if (NEVER_SOURCES.has(entry.name)) continue;
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) {
        if (!rules.ignoresAllBelow(path) || leadsToKept(path)) await visit(path);
      } else if (!rules.ignores(path) || keeps(path)) {
        const one = await look(directory, path, shownAs, entry.isSymbolicLink());
        if (one.ok) found.push(one.value);
        else problems.push(one.error);
      }
    }
  };
  await visit("");

  const [first, ...others] = problems;
  if (first) return err({ ...first, related: others.flatMap(asRelated) });
  return ok(found.toSorted((a, b) => (a.path < b.path ? -1 : 1)));
}

async function look(
  directory: string,
  path: string,
  shownAs: string,
  isLink: boolean,
): Promise<Result<Found, Diagnostic>> {
  const location = { file: `${shownAs}/${path}` };
  if (path.includes("\uFFFD")) {
    return err({
      code: "source/file-name",
      severity: "error",
      message: "the file's name is not UTF-8 text",
      help: "rename the file, or leave it out in .dockerignore",
      location,
    });
  }
  if (isLink) return lookAtLink(directory, path, shownAs);
  const facts = await attempt(stat(join(directory, path), { bigint: true }));
  if (!facts.ok) return err(unreadable(location.file, facts.error));
  if (!facts.value.isFile()) {
    return err({
      code: "source/special-file",
      severity: "error",
      message: "this is neither a file nor a folder, and no image can contain it",
      help: "remove it, or leave it out in .dockerignore",
      location,
    });
  }
  const { mode, size, mtimeNs, ctimeNs, ino } = facts.value;
  const executable = (mode & 0o111n) !== 0n;
  const stamp = `${size} ${mtimeNs} ${ctimeNs} ${ino}`;
  return ok({ kind: "file", path, size: Number(size), executable, stamp });
}

async function lookAtLink(
  directory: string,
  path: string,
  shownAs: string,
): Promise<Result<Found, Diagnostic>> {
  const target = await attempt(readlink(join(directory, path)));
  if (!target.ok) return err(unreadable(`${shownAs}/${path}`, target.error));
  const shownTarget = target.value.replaceAll(sep, "/");
  const leaves = (place: string) => place === ".." || place.startsWith("../") || isAbsolute(place);
  const written = posix.join(posix.dirname(path), shownTarget);
  // A link may leave by way of another one, which only the file system sees.
  const real = await attempt(
    Promise.all([realpath(directory), realpath(join(directory, path))]).then(([from, to]) =>
      relative(from, to).replaceAll(sep, "/"),
    ),
  );
  if (isAbsolute(target.value) || leaves(written) || (real.ok && leaves(real.value))) {
    return err({
      code: "source/link-outside",
      severity: "error",
      message: `the symbolic link leads out of the project, to ${shownTarget}`,
      help: "copy what it points to into the project, or leave the link out in .dockerignore",
      location: { file: `${shownAs}/${path}` },
    });
  }
  return ok({ kind: "link", path, target: shownTarget });
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
      const { stamp, ...entry } = one;
      const path = join(directory, one.path);
      const known = hashes?.get(path, stamp);
      if (known !== undefined) return ok({ ...entry, sha256: known });
      const read = await attempt(hashFile(path));
      if (!read.ok) return err(unreadable(`${shownAs}/${one.path}`, read.error));
      hashes?.set(path, stamp, read.value.sha256);
      return ok({ ...entry, ...read.value });
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

async function attempt<T>(work: Promise<T>): Promise<Result<T, NodeJS.ErrnoException>> {
  try {
    return ok(await work);
  } catch (error) {
    if (!(error instanceof Error) || !("code" in error)) throw error;
    return err(error as NodeJS.ErrnoException);
  }
}

function unreadable(file: string, error: NodeJS.ErrnoException): Diagnostic {
  return {
    code: "source/unreadable",
    severity: "error",
    message:
      error.code === "EACCES"
        ? "there is no permission to read this"
        : `this can't be read (${error.code})`,
    help: "every file of a project goes into its image: make it readable, or leave it out in .dockerignore",
    location: { file },
  };
}

function asRelated(diagnostic: Diagnostic): RelatedLocation[] {
  const { message, location } = diagnostic;
  return location ? [{ message, location }] : [];
}

function shown(shownAs: string, path: string): string {
  return path === "" ? shownAs : `${shownAs}/${path}`;
}

function megabytes(bytes: number): string {
  if (bytes === 1) return "1 byte";
  return bytes < 100 * 1024 ? `${bytes} bytes` : `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}
