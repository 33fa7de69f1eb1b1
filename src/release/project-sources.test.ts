import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { afterAll, expect, test } from "vitest";

import { readProjectSources } from "./project-sources.ts";
import { sourceHash } from "./source-tree.ts";

const root = mkdtempSync(join(tmpdir(), "esteira-sources-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const write = (path: string, text: string): void => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
};
const places = { context: "src/projects/demo", dockerfile: "Dockerfile", buildArguments: {} };
const read = async (...packages: string[]) => {
  const sources = await readProjectSources(root, { ...places, packages });
  if (!sources.ok) throw new Error(sources.error.message);
  return sources.value;
};

test("packages count by path and content, and not by what installations leave", async () => {
  write("src/projects/demo/main.py", "");
  write("libs/pricing/pyproject.toml", "");
  write("libs/pricing/src/pricing/build/plan.py", "");
  write("libs/dates/__init__.py", "");
  const alone = await read();
  expect(alone.hash).toBe(sourceHash(alone.tree, "Dockerfile", {}));
  const both = await read("libs/pricing", "libs/dates");
  expect(both.tree.hash).toBe(alone.tree.hash);
  const hashes = new Set([alone.hash, both.hash, (await read("libs/pricing")).hash]);
  expect(hashes.size).toBe(3);

  write("libs/pricing/src/pricing.egg-info/PKG-INFO", "");
  write("libs/pricing/build/lib/pricing.py", "");
  write("libs/pricing/dist/pricing-1.0.tar.gz", "");
  write("libs/pricing/.ruff_cache/x", "");
  write("libs/pricing/tests/test_it.py", "");
  write("libs/pricing/.dockerignore", "tests\n.dockerignore\n");
  const after = await read("libs/pricing", "libs/dates");
  expect(after.packages[0]!.tree.entries.map(({ path }) => path)).toEqual([
    ".dockerignore",
    "pyproject.toml",
    "src/pricing/build/plan.py",
  ]);
  write("libs/dates/__init__.py", "today = 1\n");
  expect((await read("libs/pricing", "libs/dates")).hash).not.toBe(after.hash);
});

test("a package that can't be read says so with its place", async () => {
  write("libs/broken/__init__.py", "");
  write("libs/broken/.dockerignore", "[\n");
  const sources = await readProjectSources(root, { ...places, packages: ["libs/broken"] });
  expect(sources).toMatchObject({
    ok: false,
    error: { code: "source/ignore-pattern", location: { file: "libs/broken/.dockerignore" } },
  });
});
