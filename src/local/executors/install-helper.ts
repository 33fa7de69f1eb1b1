import { createHash, randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { helperArchive } from "../../platform/step-helper.ts";

/**
 * Puts the helper that steps run in under the data directory, by its content, where it stays the
 * same while steps run. Two processes may do this at the same time.
 *
 * @returns its path; readable for every user, as a container's may be any
 */
export async function installHelper(dataDirectory: string): Promise<string> {
  const archive = helperArchive();
  const hash = createHash("sha256").update(archive).digest("hex").slice(0, 16);
  const folder = join(dataDirectory, "helper");
  const path = join(folder, `${hash}.pyz`);
  if (existsSync(path)) return path;
  await mkdir(folder, { recursive: true });
  const temporary = join(folder, `.${randomBytes(6).toString("hex")}`);
  await writeFile(temporary, archive, { mode: 0o644 });
  await rename(temporary, path);
  return path;
}
