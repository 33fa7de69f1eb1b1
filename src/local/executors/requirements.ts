import { createHash } from "node:crypto";
import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join, normalize, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import { type OwnFile, readOwnFile, whyRefused } from "../../release/own-file.ts";
import type { FileOptions } from "./packages/uv-settings.ts";

/** What a project's requirements say, as far as an environment depends on it. */
export interface Requirements {
  /**
   * SHA-256 over the file, those that it names with `-r` and `-c`, and archives of the project that
   * it installs.
   */
  readonly hash: string;
  /** Nothing is asked for: the file has comments at most. */
  readonly empty: boolean;
  /** A folder of the project is installed: then the environment is good for these sources only. */
  readonly local: boolean;
  /**
   * A folder is installed as it is (`-e`), so the sources must stay where they were installed
   * from.
   */
  readonly editable: boolean;
  /**
   * Lines that say where packages come from and which may be taken, for a file that is anywhere.
   */
  readonly optionLines: readonly string[];
  /**
   * Lines that ask for packages, without the project's own folders. Their paths are relative to the
   * project.
   */
  readonly packages: readonly string[];
  /** Lines that install folders. */
  readonly folders: readonly string[];
  readonly options: FileOptions;
  /** Every package is named with its version, and all that they need are among them. */
  readonly locked?: boolean;
  /** It is a conda environment, which neither uv nor pip makes. */
  readonly conda?: true;
  /** The first thing in it that uv doesn't understand; undefined: it understands all. */
  readonly refusedByUv: string | undefined;
  /** Which file must not be given to an installer, and why: one that never ends, or isn't ours. */
  readonly refused: string | undefined;
  /** What to do about it. Default: put an ordinary file in its place. */
  readonly refusedHelp?: string;
}

/** Requirements beside those of a project's steps. */
export interface AddedRequirements {
  /** For people: a file's name, or which part of which file. */
  readonly title: string;
  readonly requirements: Requirements;
}

/** Requirements of which each line is one package, such as those of `pyproject.toml`. */
export function listedRequirements(packages: readonly string[]): Requirements {
  return {
    hash: createHash("sha256").update(packages.join("\n")).digest("hex"),
    empty: packages.length === 0,
    local: false,
    editable: false,
    optionLines: [],
    packages,
    folders: [],
    options: { ownIndex: false, pre: false, trustedHosts: [], hashes: false },
    refusedByUv: undefined,
    refused: undefined,
  };
}

/** Both together; the options of one count for the other too, as in one file. */
export function joinedRequirements(first: Requirements, second: Requirements): Requirements {
  return {
    hash: createHash("sha256").update(`${first.hash}\0${second.hash}`).digest("hex"),
    empty: first.empty && second.empty,
    local: first.local || second.local,
    editable: first.editable || second.editable,
    optionLines: [...new Set([...first.optionLines, ...second.optionLines])],
    packages: [...new Set([...first.packages, ...second.packages])],
    folders: [...new Set([...first.folders, ...second.folders])],
    options: {
      ownIndex: first.options.ownIndex || second.options.ownIndex,
      pre: first.options.pre || second.options.pre,
      trustedHosts: [...first.options.trustedHosts, ...second.options.trustedHosts],
      hashes: first.options.hashes || second.options.hashes,
    },
    refusedByUv: first.refusedByUv ?? second.refusedByUv,
    refused: first.refused ?? second.refused,
  };
}

/**
 * The same versions without their hashes, for where something without a hash is to be resolved with
 * them.
 */
export function withoutHashes(requirements: Requirements): Requirements {
  return {
    ...requirements,
    packages: requirements.packages.map((line) => line.replaceAll(/\s--hash[=\s]\S+/g, "")),
    options: { ...requirements.options, hashes: false },
    locked: false,
  };
}

/** Files that include one another, one after the other. */
const DEEPEST = 50;

/**
 * Reads a requirements file and those that it includes.
 *
 * @param root folder of the project
 * @param file relative to `root`
 * @returns undefined when the file is not there
 * @see https://pip.pypa.io/en/stable/reference/requirements-file-format/
 */
export function readRequirements(root: string, file: string): Requirements | undefined {
  if (readOwnFile(root, join(root, file)).kind === "absent") return undefined;
  const hash = createHash("sha256");
  const seen = new Set<string>();
  const optionLines: string[] = [];
  const packages: string[] = [];
  const folders: string[] = [];
  const trustedHosts: string[] = [];
  let empty = true;
  let refusedByUv: string | undefined;
  let refused: string | undefined;

  const textOf = (path: string, depth: number): string | undefined => {
    const read = depth > DEEPEST ? undefined : readOwnFile(root, path);
    if (read?.kind === "text") return read.text;
    if (read?.kind === "absent") return undefined;
    refused ??= `${relative(root, path)} ${whyNot(read)}`;
    return undefined;
  };
  const visit = (path: string, asConstraint: boolean, depth: number): void => {
    if (seen.has(path)) return;
    seen.add(path);
    const text = textOf(path, depth);
    hash.update(`${relative(root, path)}\0${text ?? "missing"}\0`);
    // No program takes an argument with one.
    if (text?.includes("\0") === true) {
      refused ??= `${relative(root, path)} has a null character, so it is no text`;
    }
    for (const line of logicalLines(text ?? "")) {
      empty = false;
      refusedByUv ??= unknownToUv(line);
      const included = /^(-r|-c|--requirement|--constraint)[\s=]*(\S+)/.exec(line);
      if (included !== null) {
        const [, option = "", name = ""] = included;
        const constraint = asConstraint || /c/.test(option.replace("--requirement", ""));
        const address = name.includes("://") ? name : normalize(join(dirname(path), name));
        if (constraint && !asConstraint) optionLines.push(`--constraint ${address}`);
        if (!name.includes("://")) visit(address, constraint, depth + 1);
        else if (!constraint) packages.push(`--requirement ${address}`);
        continue;
      }
      const host = /^--trusted-host[\s=]+(\S+)/.exec(line)?.[1];
      if (host !== undefined) trustedHosts.push(host);
      if (isOption(line)) optionLines.push(withWholePath(line, dirname(path)));
      else if (!asConstraint) {
        const local = localPath(line, root);
        if (local?.kind === "archive") hash.update(readFileSync(local.path));
        (local?.kind === "folder" ? folders : packages).push(line);
      }
    }
  };
  visit(normalize(join(root, file)), false, 0);
  const says = (pattern: RegExp): boolean => optionLines.some((line) => pattern.test(line));
  return {
    hash: hash.digest("hex"),
    empty,
    local: folders.length > 0,
    editable: folders.some((line) => line.startsWith("-")),
    optionLines,
    packages,
    folders,
    options: {
      ownIndex: says(/^(?:-i\b|--index-url\b|--no-index\b)/),
      pre: says(/^--pre\b/),
      trustedHosts,
      hashes: packages.some((line) => /\s--hash[\s=:]/.test(line)),
    },
    refusedByUv,
    refused,
  };
}

function whyNot(read: OwnFile | undefined): string {
  if (read === undefined) return `is included by more than ${DEEPEST} files, one by the other`;
  if (read.kind === "text" || read.kind === "absent") return "";
  return read.kind === "unreadable" ? `can't be read (${read.error.code})` : whyRefused(read.kind);
}

/**
 * Where a line's package lies on this machine: a folder, or an archive such as a wheel. Undefined:
 * it comes from elsewhere.
 */
export function localPath(
  line: string,
  root: string,
): { readonly kind: "folder" | "archive"; readonly path: string } | undefined {
  const editable = /^(?:-e|--editable)[\s=]+/.exec(line)?.[0] ?? "";
  const target = line
    .slice(editable.length)
    .replace(/^[^\s@;]+\s*@\s*(?=file:|[./])/, "")
    .replace(/(?<!\s)\s+(?:;|--|#).*$/s, "")
    .replace(/\[[^[\]]*\]$/, "")
    .trim();
  const isPath =
    /^(?:file:|\.|\/)/.test(target) ||
    (!target.includes("://") && /(?:\.whl|\.zip|\.tar\.\w+|\.tgz)$/.test(target)) ||
    (/^[^\s:@;=<>~!]+$/.test(target) && target.indexOf("/") > 0 && existsSync(join(root, target)));
  if (!isPath) return undefined;
  const path = target.startsWith("file:") ? pathOfUrl(target, root) : resolve(root, target);
  return { kind: isFile(path) ? "archive" : "folder", path };
}

/** What can't be a path, for its length or a null character in it, is none. */
function isFile(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
  } catch {
    return false;
  }
}

function pathOfUrl(url: string, root: string): string {
  try {
    return fileURLToPath(url.replace(/#.*$/s, ""));
  } catch {
    return resolve(root, url.replace(/^file:/, "")); // `file:lib`, which pip takes for a relative path.
  }
}

/** The non-empty lines of a requirements file, with continuations joined and comments gone. */
export function logicalLines(text: string): string[] {
  return text
    .replaceAll(/\\\r?\n/g, "")
    .split(/\r?\n/)
    .map((line) => line.replace(/(^|\s)#.*$/s, "").trim())
    .filter((line) => line !== "");
}

function isOption(line: string): boolean {
  return line.startsWith("-") && !/^(?:-e|--editable)\b/.test(line);
}

/** pip looks for `--find-links` beside the file first. */
function withWholePath(line: string, folder: string): string {
  const [, option, target] = /^(-f|--find-links)[\s=]*(\S+)$/.exec(line) ?? [];
  if (option === undefined || target === undefined || target.includes("://")) return line;
  const beside = join(folder, target);
  return existsSync(beside) ? `--find-links ${beside}` : line;
}

// The last four it warns of and does without; `--pre` and `--trusted-host` are handed to it in
// other ways.
const optionsOfUv = new Set(
  (
    "-r --requirement -c --constraint -e --editable -i --index-url --extra-index-url --no-index " +
    "-f --find-links --no-binary --only-binary --require-hashes --hash " +
    "--pre --trusted-host --prefer-binary --use-feature"
  ).split(" "),
);

/**
 * What uv would end with an error for: options of pip that it doesn't know, and version control
 * other than Git.
 * @see https://docs.astral.sh/uv/pip/compatibility/
 */
function unknownToUv(line: string): string | undefined {
  const options = line.match(/(?<=^|\s)--?[a-z][a-z0-9-]*/g) ?? [];
  const option = options.find((name) => !optionsOfUv.has(name) && !/^-[rceif]\S/.test(name));
  if (option !== undefined) return option;
  if (/^(?:-e|--editable)[\s=]+\w+\+/.test(line)) return "an editable package from a repository";
  const control = /(?:^|\s|@)(hg|svn|bzr)\+/.exec(line)?.[1];
  return control === undefined ? undefined : `${control}+…`;
}
