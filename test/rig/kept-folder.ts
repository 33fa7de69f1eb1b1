import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    /**
     * For what a process makes once for all test files that it runs, absolute: no file's end is its
     * end. Gone after the last.
     */
    keptFolder: string;
  }
}

/** Vitest calls it before the first file, and what it gives after the last. */
export async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), "esteira-kept-"));
  await chmod(folder, 0o755); // some tests have steps of other users
  provide("keptFolder", folder);
  return () => rm(folder, { recursive: true, force: true, maxRetries: 5 });
}
