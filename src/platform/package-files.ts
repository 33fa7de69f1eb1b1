import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * A file that is shipped beside the program, by its path from the package's root: `package.json`.
 * The same from the sources and from the bundle, wherever in it this function ends up.
 *
 * @returns an absolute path; whether the file exists is for the caller to see
 */
export function packageFile(path: string): string {
  return join(root, path);
}

/**
 * A module of ours that runs as a process or its own thread, by its path below `src/` without
 * an ending: `local/evaluator/guard`. In the bundle it is an entry of that name
 * (`tools/bundle/program.ts` lists them).
 *
 * @returns an absolute path
 */
export function entryFile(module: string): string {
  const fromSources = import.meta.filename.endsWith(".ts");
  return packageFile(fromSources ? `src/${module}.ts` : `dist/${module}.mjs`);
}

/** Whether there is a bundle of the program: always but in a checkout that nobody has built. */
export function isBundled(): boolean {
  return existsSync(packageFile("dist/main.mjs"));
}

const root = packageRoot(import.meta.dirname);

function packageRoot(folder: string): string {
  if (existsSync(join(folder, "package.json"))) return folder;
  const parent = dirname(folder);
  if (parent === folder) throw new Error("the package has no package.json: install esteira again");
  return packageRoot(parent);
}
