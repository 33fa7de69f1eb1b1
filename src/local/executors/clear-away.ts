import { chmod, readdir, rm } from "node:fs/promises";
import { join } from "node:path";

/**
 * Removes a folder with whatever a step has left in it, read-only folders included. What can't be
 * removed (files of another user, which a container's root may leave) stays: a clean-up decides
 * nothing about what came before it.
 */
export async function clearAway(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true });
  } catch {
    await makeWritable(path);
    await rm(path, { recursive: true, force: true }).catch(() => undefined);
  }
}

/** As far as that is allowed; links are not followed. */
async function makeWritable(folder: string): Promise<void> {
  try {
    await chmod(folder, 0o700);
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      if (entry.isDirectory()) await makeWritable(join(folder, entry.name));
    }
  } catch {
    // Somebody else's, or gone meanwhile.
  }
}
