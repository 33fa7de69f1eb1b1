import { join, resolve } from "node:path";

import { execa } from "execa";
import { expect, test } from "vitest";

const root = resolve(import.meta.dirname, "..");

/**
 * Runs the fixture's three tests, two of which need a part that is missing, in their own vitest;
 * gives what it prints, without times.
 */
async function runFixture(env: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const { stdout } = await execa(
    join(root, "node_modules/.bin/vitest"),
    ["run", "--root", join(root, "test/fixtures/missing-part")],
    { env, reject: false },
  );
  return stdout
    .split("\n")
    .filter((line) => /^(not ok|ok|SKIPPED)/.test(line))
    .map((line) => line.replace(/ # time=.*/, ""));
}

test("tests without their part are skipped, and the run says which part", async () => {
  expect(await runFixture({ CI: "" })).toEqual([
    "SKIPPED: 2 tests need a clock: none is on the wall",
    "ok 1 - some.tests.ts > with the part > runs",
    "ok 2 - some.tests.ts > without the part > one # SKIP",
    "ok 3 - some.tests.ts > without the part > deeper > two # SKIP",
  ]);
});

test("in CI a missing part is a failure", async () => {
  expect(await runFixture({ CI: "true" })).toEqual([
    "ok 1 - some.tests.ts > with the part > runs",
    "not ok 2 - some.tests.ts > without the part > needs a clock: none is on the wall",
  ]);
});
