import { execFileSync } from "node:child_process";
import { closeSync, openSync, readSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";

/**
 * A PATH by which the same programs are found, and Python itself where a version manager has a
 * script that looks for it at each start: three times the work of a short program's own.
 *
 * @param path what PATH is
 */
export function pathWithPython(path: string): string {
  const folders = path.split(delimiter);
  const at = folders.findIndex((folder) => beginsWith(join(folder, "python3")) !== undefined);
  const folder = folders[at];
  if (folder === undefined || beginsWith(join(folder, "python3")) !== "#!") return path;
  const question = "import os, sys; print(os.path.realpath(sys.executable))";
  const real = execFileSync(join(folder, "python3"), ["-I", "-S", "-c", question], {
    encoding: "utf8",
    env: { ...process.env, PATH: path },
  });
  return folders.toSpliced(at, 0, dirname(real.trim())).join(delimiter);
}

/** The first two characters of a file; undefined: there is none that can be read. */
function beginsWith(file: string): string | undefined {
  let opened: number | undefined;
  try {
    opened = openSync(file, "r");
    const begin = Buffer.alloc(2);
    readSync(opened, begin);
    return begin.toString("latin1");
  } catch {
    return undefined;
  } finally {
    if (opened !== undefined) closeSync(opened);
  }
}
