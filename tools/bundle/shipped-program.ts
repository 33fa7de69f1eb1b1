import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdir, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { promisify } from "node:util";

import { builtAt, isBuilt } from "./built.ts";

const aDay = 86_400_000;

/**
 * The program as an installation has it, for tests and measurements: built where the build is older
 * than its sources, and laid out where that isn't done yet.
 *
 * @param root the repository's folder, absolute
 * @returns the path of `esteira.js`, absolute
 */
export async function shippedProgram(root: string): Promise<string> {
  if (!(await isBuilt(root))) {
    await promisify(execFile)(process.execPath, [join(root, "tools/bundle/main.ts")]);
  }
  const programs = join(root, ".cache/program");
  const folder = join(programs, String(await builtAt(root)));
  if (!existsSync(folder)) {
    await removeOld(programs);
    await layOut(root, folder);
  }
  return join(folder, "bin/esteira.js");
}

async function layOut(root: string, folder: string): Promise<void> {
  const { files } = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as {
    readonly files: readonly string[];
  };
  const draft = `${folder}.${process.pid}`;
  await mkdir(join(draft, ".cache"), { recursive: true }); // a packed one is kept, as in a checkout
  for (const path of [...files, "package.json", "LICENSE", "README.md"]) {
    const [above = path] = path.split("/*");
    await cp(join(root, above), join(draft, above), { recursive: true });
  }
  await rename(draft, folder);
}

/** Others may still start one that was laid out a moment ago. */
async function removeOld(programs: string): Promise<void> {
  for (const name of await readdir(programs).catch(() => [])) {
    const path = join(programs, name);
    if (Date.now() - (await stat(path)).mtimeMs > aDay) await rm(path, { recursive: true });
  }
}
