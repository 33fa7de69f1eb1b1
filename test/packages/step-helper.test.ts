import { join } from "node:path";

import { execa } from "execa";
import { expect, test } from "vitest";

import { helperArchive, helperModules } from "../../src/platform/step-helper.ts";
import { root } from "./first-minutes.ts";
import { onEachPython } from "./pythons.ts";

onEachPython("the helper of steps", (part, isFirst) => {
  test("passes its own tests", async () => {
    const { exitCode, stderr } = await execa(
      part().python,
      ["-W", "ignore", "-m", "unittest", "discover", "-s", "test/step-helper"],
      {
        cwd: root,
        env: { PYTHONDONTWRITEBYTECODE: "1", ...(isFirst ? { ESTEIRA_TEST_LONG: "1" } : {}) },
        reject: false,
      },
    );
    const last = stderr.slice(stderr.lastIndexOf("\nRan ") + 1);
    // Some Pythons count those that are skipped as well.
    expect(exitCode === 0 ? last : stderr).toMatch(
      /^Ran (42|47) tests in [\d.]+s\n\nOK( \(skipped=\d\))?$/,
    );
  }, 600_000);
});

test("the helper is one file that has all its modules, the same each time, in the package", async () => {
  expect(helperModules()).toContain("__main__.py");
  expect(helperModules()).toHaveLength(22);
  expect(helperArchive().equals(helperArchive())).toBe(true);
  const { files } = JSON.parse((await execa("cat", [join(root, "package.json")])).stdout) as {
    readonly files: readonly string[];
  };
  expect(files).toContain("src/platform/step-helper/*.py");
});
