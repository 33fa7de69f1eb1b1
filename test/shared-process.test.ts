import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

/** A call that isn't in a function of the module, or an assignment to the process. */
const hook = /^(?:before|after)(?:All|Each)\(/m;
const changed = /process\.(?:env(?:\[[^\]]+\]|\.\w+) (?:\?\?)?= |chdir\()/;

const textOf = (file: string): string => readFileSync(join(import.meta.dirname, file), "utf8");
const files = globSync("**/*.ts", { cwd: import.meta.dirname });

// Test files that come after each other share a process (`vitest.config.ts`).
test("what tests share registers hooks where it is called: while it is loaded, only the first file would have them", () => {
  const shared = files.filter((file) => !file.endsWith(".test.ts"));
  expect(shared.length).toBeGreaterThan(100);
  expect(shared.filter((file) => hook.test(textOf(file)))).toEqual([]);
});

test("a variable of the process is changed by a file that puts it back", () => {
  const found = files.filter((file) => changed.test(textOf(file)));
  expect(found).toEqual(["executors/process.test.ts"]);
});
