import { existsSync } from "node:fs";
import { join } from "node:path";

/**
 * Where a workspace keeps what can be computed again. Undefined where nothing was deployed or run
 * yet: checking a workspace makes no folder in it.
 */
export function cacheFolder(root: string): string | undefined {
  return existsSync(join(root, ".esteira")) ? join(root, ".esteira/cache") : undefined;
}
