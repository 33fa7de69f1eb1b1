import { readdirSync, readlinkSync, realpathSync, statSync } from "node:fs";
import { isAbsolute, join, posix, relative, sep } from "node:path";

import type { Diagnostic } from "../core/diagnostic.ts";
import { err, ok, type Result } from "../core/result.ts";
import { readOwnFile, whyRefused } from "./own-file.ts";
import { noIgnoreRules, parseDockerignore, type IgnoreRules } from "./dockerignore.ts";

/** Left out at any depth, whatever `.dockerignore` says. */
const NEVER_SOURCES = new Set([".git", "__pycache__", ".venv", ".esteira"]);

/**
 * What editors and file managers leave beside a file while it is open, or after: it would make
 * another image of the same project. Vim's swap files, backups, Emacs's locks and autosaves.
 */
const editorFile = /^(?:\..*\.sw[a-p]|\.#.*|#.*#|.*~|\.DS_Store)$/s;

/** A file or link that counts; nothing of it has been read yet. */
export type Found =
  | {
      kind: "file";
      path: string;
      size: number;
      executable: boolean;
      /** Of size, times and inode, by which a hash is found again. */
      stamp: () => string;
    }
  | { kind: "link"; path: string; target: string };

export interface Walked {
  readonly found: readonly Found[];
  readonly problems: readonly Diagnostic[];
  /** Those that were looked into, relative to the folder; the folder itself is `""`. */
  readonly folders: readonly string[];
}

// Synchronous: a look takes microseconds, and a promise for each of ten thousand files ten times
// as long.

/** The files that may say what is left out, the first of which is there counts. */
export function ignoreFiles(dockerfile: string): readonly string[] {
  return [`${dockerfile}.dockerignore`, ".dockerignore"];
}

/**
 * What keeps files out of a project's image: `<dockerfile>.dockerignore`, which goes before
 * `.dockerignore`.
 *
 * @param shownAs the folder as diagnostics show it
 */
export function ignoreRules(
  directory: string,
  dockerfile: string,
  shownAs: string,
): Result<IgnoreRules, Diagnostic> {
  for (const file of ignoreFiles(dockerfile)) {
    const read = readOwnFile(directory, join(directory, file));
    if (read.kind === "absent") continue;
    if (read.kind === "unreadable") return err(unreadable(`${shownAs}/${file}`, read.error));
    if (read.kind !== "text") return err(refusedIgnoreFile(`${shownAs}/${file}`, read.kind));
    const rules = parseDockerignore(read.text);
    if (rules.ok) return rules;
    const line = read.text.split("\n")[rules.error.line - 1]?.replace(/\r$/, "") ?? "";
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

function refusedIgnoreFile(file: string, kind: Parameters<typeof whyRefused>[0]): Diagnostic {
  const codes = {
    special: "source/special-file",
    outside: "source/link-outside",
    "too-large": "source/size",
  };
  return {
    code: codes[kind],
    severity: "error",
    message: `the file of patterns ${whyRefused(kind)}`,
    help: "replace it by an ordinary file",
    location: { file },
  };
}

/**
 * Everything that counts, sorted by path, and all that keeps something from counting; the sizes are
 * the file system's.
 *
 * @param kept files that count whatever the rules say
 */
export function walk(
  directory: string,
  shownAs: string,
  rules: IgnoreRules,
  kept: readonly string[],
): Walked {
  const keeps = (path: string) => kept.includes(path);
  const leadsToKept = (path: string) => kept.some((file) => file.startsWith(`${path}/`));
  const found: Found[] = [];
  const problems: Diagnostic[] = [];
  const folders: string[] = [];

  const visit = (folder: string): void => {
    folders.push(folder);
    const entries = askDisk(() => readdirSync(join(directory, folder), { withFileTypes: true }));
    if (!entries.ok) {
      problems.push(unreadable(shown(shownAs, folder), entries.error));
      return;
    }
    for (const entry of entries.value) {
      if (NEVER_SOURCES.has(entry.name)) continue;
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) {
        if (!rules.ignoresAllBelow(path) || leadsToKept(path)) visit(path);
      } else if (editorFile.test(entry.name)) {
        continue;
      } else if (!rules.ignores(path) || keeps(path)) {
        const one = look(directory, path, shownAs, entry.isSymbolicLink());
        if (one.ok) found.push(one.value);
        else problems.push(one.error);
      }
    }
  };
  visit("");

  return { found: found.toSorted((a, b) => (a.path < b.path ? -1 : 1)), problems, folders };
}

function look(
  directory: string,
  path: string,
  shownAs: string,
  isLink: boolean,
): Result<Found, Diagnostic> {
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
  const facts = askDisk(() => statSync(join(directory, path), { bigint: true }));
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
  const stamp = (): string => `${size} ${mtimeNs} ${ctimeNs} ${ino}`;
  return ok({ kind: "file", path, size: Number(size), executable, stamp });
}

function lookAtLink(directory: string, path: string, shownAs: string): Result<Found, Diagnostic> {
  const target = askDisk(() => readlinkSync(join(directory, path)));
  if (!target.ok) return err(unreadable(`${shownAs}/${path}`, target.error));
  const shownTarget = target.value.replaceAll(sep, "/");
  const leaves = (place: string) => place === ".." || place.startsWith("../") || isAbsolute(place);
  const written = posix.join(posix.dirname(path), shownTarget);
  // A link may leave by way of another one, which only the file system sees.
  const real = askDisk(() =>
    relative(realpathSync(directory), realpathSync(join(directory, path))).replaceAll(sep, "/"),
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

function shown(shownAs: string, path: string): string {
  return path === "" ? shownAs : `${shownAs}/${path}`;
}

/** The error of the file system as a value; anything else is thrown. */
export function askDisk<T>(work: () => T): Result<T, NodeJS.ErrnoException> {
  try {
    return ok(work());
  } catch (error) {
    return err(ofFileSystem(error));
  }
}

/**
 * The same error, where it is the file system's.
 *
 * @throws any other
 */
export function ofFileSystem(error: unknown): NodeJS.ErrnoException {
  if (!(error instanceof Error) || !("code" in error)) throw error;
  return error as NodeJS.ErrnoException;
}

/** A file or folder that counts and can't be read. */
export function unreadable(file: string, error: NodeJS.ErrnoException): Diagnostic {
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
