import { createHash } from "node:crypto";
import { dirname, join, normalize, relative } from "node:path";

import { readText } from "./attempt-files.ts";

/** What a project's requirements say, as far as an environment's identity depends on it. */
export interface Requirements {
  /** SHA-256 over the file and those that it names with `-r` and `-c`. */
  readonly hash: string;
  /** Nothing is asked for: the file has comments at most. */
  readonly empty: boolean;
  /**
   * Something is installed from the project's own folder: then the environment is good for these
   * sources only.
   */
  readonly local: boolean;
}

/**
 * Reads a requirements file and those that it includes.
 *
 * @param root folder of the project
 * @param file relative to `root`
 * @returns undefined when the file is not there
 * @see https://pip.pypa.io/en/stable/reference/requirements-file-format/
 */
export function readRequirements(root: string, file: string): Requirements | undefined {
  if (readText(join(root, file)) === undefined) return undefined;
  const hash = createHash("sha256");
  const seen = new Set<string>();
  let empty = true;
  let local = false;

  const visit = (path: string): void => {
    if (seen.has(path)) return;
    seen.add(path);
    const text = readText(path);
    hash.update(`${relative(root, path)}\0${text ?? "missing"}\0`);
    for (const line of logicalLines(text ?? "")) {
      empty = false;
      const included = /^(?:-r|-c|--requirement|--constraint)[\s=]*(\S+)/.exec(line)?.[1];
      if (included !== undefined && !included.includes("://")) {
        visit(normalize(join(dirname(path), included)));
      }
      local ||= /^(?:-e\b|--editable\b|\.|\/|file:)|@\s*file:/.test(line);
    }
  };
  visit(normalize(join(root, file)));
  return { hash: hash.digest("hex"), empty, local };
}

function logicalLines(text: string): string[] {
  return text
    .replaceAll(/\\\r?\n/g, "")
    .split(/\r?\n/)
    .map((line) => line.replace(/(^|\s)#.*$/, "").trim())
    .filter((line) => line !== "");
}
