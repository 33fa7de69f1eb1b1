import { glob, readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";

import { expect, test } from "vitest";

const root = resolve(import.meta.dirname, "..");

/** `import … from "x"` and `export … from "x"`, but of types and on demand. */
const staticImport = /^(?:import|export)\s(?!type\s)(?:[^;"]*?\sfrom\s)?"([^"]+)";/gm;

/** What is loaded with a module: files of ours by path, packages and Node's modules by name. */
async function loadedWith(module: string): Promise<ReadonlySet<string>> {
  const loaded = new Set<string>();
  const left = [join(root, module)];
  for (let path = left.pop(); path !== undefined; path = left.pop()) {
    const text = await readFile(path, "utf8");
    for (const [, source = ""] of text.matchAll(staticImport)) {
      const target = source.startsWith(".") ? resolve(dirname(path), source) : source;
      if (loaded.has(target)) continue;
      loaded.add(target);
      if (target.startsWith("/")) left.push(target);
    }
  }
  return loaded;
}

test.each([
  "src/cli/app.ts",
  "src/cli/commands/runs/runs.ts",
  "src/cli/commands/runs/status.ts",
  "src/cli/commands/projects/validate.ts",
  "src/app/open-local.ts",
])("%s loads nothing that only some of its uses need", async (module) => {
  const loaded = await loadedWith(module);
  // Configurations that were checked before aren't parsed again: neither yaml nor zod is loaded.
  const packages = [...loaded].filter((name) => !/^(\/|node:)/.test(name));
  expect(packages.filter((name) => name !== "@stricli/core")).toEqual([]);
  expect([...loaded].filter((name) => /^node:(https?|tls|worker_threads)$/.test(name))).toEqual([]);
  expect([...loaded].filter((name) => name.startsWith(join(root, "src/states")))).toEqual([]);
});

test("zod comes without the messages of forty languages, which its `z` brings", async () => {
  const wrong: string[] = [];
  for await (const file of glob("src/**/*.ts", { cwd: root })) {
    const text = await readFile(join(root, file), "utf8");
    if (/^import \{[^}]*\bz\b[^}]*\} from "zod"/m.test(text)) wrong.push(file);
  }
  expect(wrong).toEqual([]);
});
