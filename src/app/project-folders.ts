import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * Names of the folders in `src/projects` of the workspace around `cwd`: what a shell offers to
 * complete, no more than that.
 */
export function projectFolders(cwd: string): string[] {
  for (let folder = cwd; ; folder = dirname(folder)) {
    try {
      return readdirSync(join(folder, "src", "projects"), { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map((entry) => entry.name);
    } catch {
      if (dirname(folder) === folder) return [];
    }
  }
}
