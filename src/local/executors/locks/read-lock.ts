import { createHash } from "node:crypto";
import { dirname, join, posix } from "node:path";

import { parse } from "smol-toml";

import { dependencyForm } from "../../../config/dependency-files.ts";
import { err, ok, type Result } from "../../../core/result.ts";
import { readOwnFile, whyRefused } from "../../../release/own-file.ts";
import { listedRequirements, type Requirements } from "../requirements.ts";
import { readCondaFile } from "./conda-file.ts";
import { lockedRequirements, type LockedFile } from "./locked.ts";
import { readPoetryLock } from "./poetry-lock.ts";
import { readPylock } from "./pylock.ts";
import { readPyproject } from "./pyproject.ts";
import { readUvLock } from "./uv-lock.ts";

/** Locks of large projects have a few megabytes. */
const LARGEST = 50 * 1024 * 1024;

/**
 * Reads a lock, or a `pyproject.toml`, as the requirements that it means.
 *
 * @param root folder of the project
 * @param file relative to `root`
 * @returns undefined when the file is not there
 */
export function readLock(root: string, file: string): Requirements | undefined {
  const read = readOwnFile(root, join(root, file), LARGEST);
  if (read.kind === "absent") return undefined;
  if (read.kind !== "text") {
    const why =
      read.kind === "unreadable" ? `can't be read (${read.error.code})` : whyRefused(read.kind);
    return refused(`${file} ${why}`);
  }
  const form = dependencyForm(file);
  if (form === "conda") {
    const conda = readCondaFile(file, read.text);
    return conda.ok
      ? { ...listedRequirements([]), hash: hashOf(read.text), empty: false, ...conda.value }
      : refused(conda.error.message, conda.error.help, read.text);
  }
  const document = tableIn(read.text);
  if (!document.ok)
    return refused(
      `${file} ${document.error}`,
      "write it again with the tool that made it",
      read.text,
    );
  if (form === "pyproject") {
    const { dependencies, isPackage, problem } = readPyproject(document.value);
    if (problem !== undefined)
      return refused(`${file} ${problem.message}`, problem.help, read.text);
    const requirements = listedRequirements(dependencies);
    if (!isPackage) return requirements;
    return { ...requirements, empty: false, local: true, folders: ["."] };
  }
  const readers = {
    uv: readUvLock,
    pylock: readPylock,
    poetry: readPoetryLock,
    requirements: undefined,
  };
  const reader = readers[form];
  if (reader === undefined) throw new Error(`${file} is no lock`);
  const beside = readOwnFile(root, join(root, dirname(file), "pyproject.toml"));
  const pyproject = beside.kind === "text" ? beside.text : "";
  const project = tableIn(pyproject);
  const locked = reader(document.value, project.ok ? project.value : {});
  const outside = locked.ok ? outsideOf(locked.value) : undefined;
  if (outside !== undefined) {
    return refused(
      `${file} takes ${outside.name} from ${outside.path}, outside of the project`,
      "name the package's folder in config.yaml, from the workspace's root, as in runtime: { packages: [libs/pricing] }, and take it out of the lock",
      read.text,
    );
  }
  return locked.ok
    ? lockedRequirements(locked.value, `${read.text}\0${pyproject}`)
    : refused(`${file} ${locked.error.message}`, locked.error.help, read.text);
}

function tableIn(text: string): Result<Readonly<Record<string, unknown>>, string> {
  try {
    return ok(parse(text));
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const why = error.message.split("\n")[0]?.replace("Invalid TOML document: ", "") ?? "";
    return err(`isn't TOML: ${why}`);
  }
}

function outsideOf({
  packages,
}: LockedFile): { readonly name: string; readonly path: string } | undefined {
  for (const { name, origin } of packages) {
    if (origin.kind === "path" && /^(?:\/|\.\.(?:\/|$))/.test(posix.normalize(origin.path))) {
      return { name, path: origin.path };
    }
  }
  return undefined;
}

function refused(message: string, help?: string, text = ""): Requirements {
  return {
    ...listedRequirements([]),
    hash: hashOf(text),
    empty: false,
    refused: message,
    ...(help === undefined ? {} : { refusedHelp: help }),
  };
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
