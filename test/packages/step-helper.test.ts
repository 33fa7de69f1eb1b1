import { join } from "node:path";

import { execa } from "execa";
import { describe, expect, test } from "vitest";

import { findInterpreter } from "../../src/local/executors/interpreter.ts";
import { helperArchive, helperModules } from "../../src/platform/step-helper.ts";
import { describeWith, type Part } from "../rig/parts.ts";
import { root } from "./first-minutes.ts";

const versions = ["3.9", "3.10", "3.11", "3.12", "3.13", "3.14"] as const;

async function pythonOf(version: string): Promise<Part<{ readonly python: string }>> {
  const found = await findInterpreter(version, process.env);
  return found.ok ? { python: found.value.python } : { missing: found.error.message };
}

const found = await Promise.all(versions.map(pythonOf));
// One Python is enough to pass, in CI as well; each that is missing is said.
const first = found.findIndex((part) => "python" in part);

for (const [index, version] of versions.entries()) {
  const part = found[index]!;
  const title = `the helper of steps on Python ${version}`;
  // Some Pythons count those that are skipped as well.
  const tests = (python: () => string): void => {
    test("passes its own tests", async () => {
      const { exitCode, stderr } = await execa(
        python(),
        ["-W", "ignore", "-m", "unittest", "discover", "-s", "test/step-helper"],
        {
          cwd: root,
          env: {
            PYTHONDONTWRITEBYTECODE: "1",
            ...(index === first ? { ESTEIRA_TEST_LONG: "1" } : {}),
          },
          reject: false,
        },
      );
      const last = stderr.slice(stderr.lastIndexOf("\nRan ") + 1);
      expect(exitCode === 0 ? last : stderr).toMatch(
        /^Ran (34|39) tests in [\d.]+s\n\nOK( \(skipped=\d\))?$/,
      );
    }, 240_000);
  };
  if ("missing" in part && first !== -1) {
    describe(title, { skip: true, meta: { needs: part.missing } }, () => {
      tests(() => "");
    });
  } else {
    describeWith(part, title, (given) => {
      tests(() => given().python);
    });
  }
}

test("the helper is one file that has all its modules, the same each time, in the package", async () => {
  expect(helperModules()).toContain("__main__.py");
  expect(helperModules()).toHaveLength(20);
  expect(helperArchive().equals(helperArchive())).toBe(true);
  const { files } = JSON.parse((await execa("cat", [join(root, "package.json")])).stdout) as {
    readonly files: readonly string[];
  };
  expect(files).toContain("src/platform/step-helper/*.py");
});
