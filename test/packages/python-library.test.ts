import { join } from "node:path";

import { execa } from "execa";
import { expect, test } from "vitest";

import { describeWith, type Part } from "../rig/parts.ts";
import { root } from "./first-minutes.ts";
import { onEachPython } from "./pythons.ts";

/** A Python with the packages whose values the library reads and writes, and mypy. */
async function pythonWithPackages(): Promise<Part<{ readonly python: string }>> {
  const folder = ".cache/python-library";
  const script = `. tools/common.sh
    server_environment ${folder} tools/rig/requirements-library.txt "the library's packages"`;
  const made = await execa("bash", ["-c", script], { cwd: root, reject: false });
  return made.exitCode === 0
    ? { python: join(root, folder, "bin/python") }
    : { missing: `pandas, polars, joblib and mypy of PyPI: ${made.stderr.split("\n").at(-1)}` };
}

/** What the library's own tests end with. */
async function tested(python: string): Promise<{ code: number | undefined; last: string }> {
  const { exitCode, stderr } = await execa(python, ["-m", "unittest", "discover", "-s", "tests"], {
    cwd: join(root, "python"),
    env: { PYTHONPATH: "src", PYTHONDONTWRITEBYTECODE: "1" },
    reject: false,
  });
  return { code: exitCode, last: stderr.slice(stderr.lastIndexOf("\nRan ") + 1) };
}

onEachPython("the library", (part) => {
  test("passes its own tests", async () => {
    const { code, last } = await tested(part().python);
    expect(last).toMatch(/^Ran \d+ tests in [\d.]+s\n\nOK \(skipped=\d\)$/);
    expect(code).toBe(0);
  });
});

describeWith(await pythonWithPackages(), "the library with pandas, polars and joblib", (part) => {
  test("passes its own tests", async () => {
    const { code, last } = await tested(part().python);
    // Those of Matplotlib and Altair are skipped.
    expect(last).toMatch(/^Ran \d+ tests in [\d.]+s\n\nOK \(skipped=2\)$/);
    expect(code).toBe(0);
  });

  test("is typed, strictly, for every Python that it is for", async () => {
    const files = ["src/esteira/__init__.py", "tests/typed.py"];
    for (const version of ["3.10", "3.14"]) {
      const options = ["--strict", "--python-version", version, "--cache-dir=/dev/null"];
      const checked = await execa(part().python, ["-m", "mypy", ...options, ...files], {
        cwd: join(root, "python"),
        env: { MYPYPATH: "src" },
        reject: false,
      });
      expect(checked.stdout).toBe("Success: no issues found in 2 source files");
    }
  });
});
