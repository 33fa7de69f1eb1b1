import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdir, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

import type { TestProject } from "vitest/node";

import { builtAt, isBuilt } from "../../tools/bundle/built.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The program that tests start, absolute; `test/cli/cli.ts` starts it. */
    program: string;
  }
}

const root = resolve(import.meta.dirname, "../..");
const programs = join(root, ".cache/program");
const aDay = 86_400_000;

/**
 * Lays out what is shipped, as an installation has it: tests start the bundle that users start, in
 * a third of the time that the sources take. Vitest calls it before the first file.
 */
export async function setup({ provide }: TestProject): Promise<void> {
  if (!(await isBuilt(root))) {
    await promisify(execFile)(process.execPath, [join(root, "tools/bundle/main.ts")]);
  }
  const folder = join(programs, String(await builtAt(root)));
  if (!existsSync(folder)) await layOut(folder);
  provide("program", join(folder, "bin/esteira.js"));
}

async function layOut(folder: string): Promise<void> {
  await removeOld();
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
async function removeOld(): Promise<void> {
  for (const name of await readdir(programs).catch(() => [])) {
    const path = join(programs, name);
    if (Date.now() - (await stat(path)).mtimeMs > aDay) await rm(path, { recursive: true });
  }
}
