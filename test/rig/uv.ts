import { join } from "node:path";

import { findInterpreter } from "../../src/local/executors/interpreter.ts";
import { readPipSettings } from "../../src/local/executors/packages/pip-settings.ts";
import { pinnedUvProgram } from "../../src/local/executors/packages/uv-program.ts";

/**
 * The folder of a uv for tests, to be put on the PATH: fetched once into the checkout's cache, by
 * the product's own code and with what this machine has set for pip.
 */
export async function uvFolder(): Promise<string> {
  const interpreter = await findInterpreter(undefined, process.env);
  if (!interpreter.ok) throw new Error(interpreter.error.message);
  const settings = await readPipSettings(interpreter.value, process.env);
  if (!settings.ok) throw new Error(settings.error.message);
  const uv = await pinnedUvProgram({
    tools: join(import.meta.dirname, "../../.cache/tools"),
    interpreter: interpreter.value,
    settings: settings.value,
    processEnvironment: process.env,
    listener: () => {},
    signal: undefined,
  });
  if (!uv.ok) throw new Error(uv.error.message);
  return join(uv.value.path, "..");
}
