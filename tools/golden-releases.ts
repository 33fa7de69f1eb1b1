import { writeFileSync } from "node:fs";
import { canonicalJson } from "../src/core/json.ts";
import {
  goldenFolder,
  goldenNames,
  makeGolden,
  storedGolden,
  type Golden,
} from "../src/release/fixtures/golden.ts";
import { GENERATION } from "../src/release/generation.ts";

// Writes the golden releases: of a new config, and of all of them once `GENERATION` is raised. What
// is stored of the present generation is never written again, and what an author wrote has one hash
// through all generations.
for (const name of goldenNames()) {
  const before = storedGolden(name);
  const now: Golden = { generation: GENERATION, environments: makeGolden(name) };
  if (before !== undefined && canonicalJson(before) === canonicalJson(now)) continue;
  const problem = before === undefined ? undefined : problemOf(before, now);
  if (problem === undefined) {
    writeFileSync(new URL(`${name}.json`, goldenFolder), `${JSON.stringify(now, undefined, 1)}\n`);
    console.log(`${name}: written`);
  } else {
    console.error(`${name}: ${problem}`);
    process.exitCode = 1;
  }
}

function problemOf(before: Golden, now: Golden): string | undefined {
  for (const [environment, { authored }] of Object.entries(before.environments)) {
    if (now.environments[environment]?.authored !== authored) {
      return `the hash of what its author wrote for ${environment} would change: it never may`;
    }
  }
  return before.generation === now.generation
    ? "its releases changed; raise GENERATION in src/release/generation.ts where that is meant"
    : undefined;
}
