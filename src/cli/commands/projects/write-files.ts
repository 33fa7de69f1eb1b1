import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import type { TemplateFile } from "../../templates/file.ts";

/**
 * Writes the files that aren't there; gives the paths of those that it wrote. Nothing is
 * overwritten.
 */
export async function writeMissing(
  folder: string,
  files: readonly TemplateFile[],
): Promise<readonly string[]> {
  const written: string[] = [];
  for (const { path, text, executable } of files) {
    const target = join(folder, path);
    if (existsSync(target)) continue;
    await mkdir(dirname(target), { recursive: true });
    // `wx`: a file that came into being meanwhile is somebody's.
    await writeFile(target, text, { flag: "wx", mode: executable === true ? 0o777 : 0o666 });
    written.push(path);
  }
  return written;
}
