import { readFileSync } from "node:fs";
import { join } from "node:path";

import type { JsonObject } from "../../src/core/json.ts";
import type { FingerprintedRelease } from "../../src/release/release.ts";
import { deploy, type LocalPlatform, makeRelease, sequence, taskOf } from "./fixture.ts";

/** Deploys a project whose steps find the folder of marks in `$MARKS`. */
export async function deployMarking(
  platform: LocalPlatform,
  root: string,
  marks: string,
  steps: Readonly<Record<string, string>>,
  definition: JsonObject = sequence(...Object.keys(steps)),
): Promise<FingerprintedRelease> {
  const changes = taskOf({ environment: { MARKS: marks } });
  const release = await makeRelease(root, { steps, definition, changes });
  await deploy(platform, release);
  return release;
}

/** What a step has written into a mark; undefined: it hasn't. */
export function markIn(marks: string, name: string): string | undefined {
  try {
    return readFileSync(join(marks, name), "utf8");
  } catch {
    return undefined;
  }
}
