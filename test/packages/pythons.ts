import { findInterpreter } from "../../src/local/executors/interpreter.ts";
import { describeWith, type Part } from "../rig/parts.ts";

const versions = ["3.9", "3.10", "3.11", "3.12", "3.13", "3.14"] as const;

interface Python {
  /** Absolute. */
  readonly python: string;
}

async function pythonOf(version: string): Promise<Part<Python>> {
  const found = await findInterpreter(version, process.env);
  return found.ok ? { python: found.value.python } : { missing: found.error.message };
}

const parts = await Promise.all(
  versions.map(async (version) => ({ version, part: await pythonOf(version) })),
);
const there = parts.filter(({ part }) => "python" in part);

/**
 * The same tests on each Python of the machine that steps may have. Which versions are there is the
 * machine's: what isn't is named in the output. One there has to be.
 *
 * @param title before the version: `the library on Python 3.11`
 */
export function onEachPython(
  title: string,
  tests: (python: () => Python, isFirst: boolean) => void,
): void {
  for (const { part } of parts) {
    if ("missing" in part && there.length > 0) console.info(`${title}: not tried: ${part.missing}`);
  }
  const tried = there.length > 0 ? there : parts.slice(0, 1);
  for (const [index, { version, part }] of tried.entries()) {
    describeWith(part, `${title} on Python ${version}`, (python) => tests(python, index === 0));
  }
}
