import { chmod, lstat, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";

import type { Interpreter } from "../interpreter.ts";
import { linkMissing } from "./tree.ts";

/** Where packages are in a virtual environment. */
export function sitePackages(environment: string, { version }: Interpreter): string {
  const minor = version.split(".").slice(0, 2).join(".");
  return join(environment, "lib", `python${minor}`, "site-packages");
}

/**
 * Lets a virtual environment see the packages of another, read-only one below it: to be imported,
 * by what looks for installed packages and, with `finishOverlay`, as programs. Its own go first.
 *
 * `addsitedir` instead of a bare path, for packages that bring a `.pth` file themselves.
 * @see https://docs.python.org/3/library/site.html
 */
export async function layOver(
  environment: string,
  layer: string,
  interpreter: Interpreter,
): Promise<void> {
  const below = sitePackages(layer, interpreter);
  // Before 3.13 the file is read in the machine's encoding, whatever that is.
  const path = JSON.stringify(below).replaceAll(
    /[^ -~]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  const line = `import site; site.addsitedir(${path})\n`;
  await writeFile(join(sitePackages(environment, interpreter), "esteira_layer.pth"), line);
}

/**
 * Brings the layer's programs and other files to where they are looked for in the environment
 * above: programs that name their interpreter get the upper one, which sees both, everything else
 * is a link.
 */
export async function finishOverlay(environment: string, layer: string): Promise<void> {
  const below = join(layer, "bin");
  for (const name of await readdir(below)) {
    const target = join(environment, "bin", name);
    if ((await lstat(target).catch(() => undefined)) !== undefined) continue;
    const source = join(below, name);
    const text = await scriptOf(source, join(below, "python"));
    if (text === undefined) {
      await symlink(source, target);
      continue;
    }
    await writeFile(target, text.replace(below, join(environment, "bin")));
    await chmod(target, 0o755);
  }
  for (const entry of await readdir(layer, { withFileTypes: true })) {
    if (["bin", "lib", "lib64", "pyvenv.cfg"].includes(entry.name)) continue;
    const target = join(environment, entry.name);
    const there = await lstat(target).catch(() => undefined);
    if (there === undefined) await symlink(join(layer, entry.name), target);
    else if (there.isDirectory()) await linkMissing(join(layer, entry.name), target);
  }
}

/** Longer paths are in the second line, behind `#!/bin/sh`. */
const headerLength = 4096;

async function scriptOf(path: string, python: string): Promise<string | undefined> {
  if (!(await lstat(path)).isFile()) return undefined;
  const content = await readFile(path);
  const header = content.subarray(0, headerLength).toString("latin1");
  const names = Buffer.from(python).toString("latin1");
  return header.startsWith("#!") && header.includes(names) ? content.toString("utf8") : undefined;
}
