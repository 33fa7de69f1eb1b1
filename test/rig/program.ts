import { resolve } from "node:path";

import type { TestProject } from "vitest/node";

import { shippedProgram } from "../../tools/bundle/shipped-program.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The program that tests start, absolute; `test/cli/cli.ts` starts it. */
    program: string;
  }
}

/**
 * Tests start the bundle that users start, in a third of the time that the sources take. Vitest
 * calls it before the first file.
 */
export async function setup({ provide }: TestProject): Promise<void> {
  provide("program", await shippedProgram(resolve(import.meta.dirname, "../..")));
}
