// Whether `dist/` is of the sources that lie here; with `node tools/bundle/built.ts` the exit code
// is the answer, 0 or 1.
import { existsSync } from "node:fs";
import { mkdir, readdir, stat, utimes, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import process from "node:process";

const madeFrom = [
  "bin",
  "src",
  "web",
  "tools/bundle",
  "package.json",
  "package-lock.json",
  "tsconfig.json",
];
const mark = ".cache/built";

/**
 * Whether a build lies in `dist/` and nothing that it is made from is newer than when it began.
 *
 * @param root the repository's folder, absolute
 */
export async function isBuilt(root: string): Promise<boolean> {
  const built = await builtAt(root);
  if (built === undefined) return false;
  for (const path of madeFrom) {
    if (await isNewer(join(root, path), built)) return false;
  }
  return true;
}

/** When the build in `dist/` began, in milliseconds since 1970; `undefined` without one. */
export async function builtAt(root: string): Promise<number | undefined> {
  if (![mark, "dist/main.mjs"].every((path) => existsSync(join(root, path)))) return undefined;
  return Math.round((await stat(join(root, mark))).mtimeMs);
}

/**
 * Notes that `dist/` is built.
 *
 * @param began when the build began: what was changed meanwhile is newer
 */
export async function noteBuilt(root: string, began: Date): Promise<void> {
  await mkdir(join(root, ".cache"), { recursive: true });
  await writeFile(join(root, mark), "");
  await utimes(join(root, mark), began, began);
}

async function isNewer(path: string, built: number): Promise<boolean> {
  if ((await stat(path)).mtimeMs > built) return true;
  const inside = await readdir(path, { recursive: true }).catch(() => []);
  const times = inside.map(async (name) => (await stat(join(path, name))).mtimeMs > built);
  return (await Promise.all(times)).includes(true);
}

if (import.meta.main) {
  process.exitCode = (await isBuilt(resolve(import.meta.dirname, "../.."))) ? 0 : 1;
}
