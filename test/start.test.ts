import { glob, readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";

import { expect, inject, test } from "vitest";

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

test("of the hundreds of commands of AWS's clients those are shipped that somebody uses", async () => {
  const named = async (files: string, cwd: string, pattern: RegExp) => {
    const names = new Set<string>();
    for await (const file of glob(files, { cwd })) {
      const text = await readFile(join(cwd, file), "utf8");
      for (const [, name = ""] of text.matchAll(pattern)) names.add(name);
    }
    return names;
  };
  const dist = join(dirname(inject("program")), "../dist");
  const shipped = await named("**/*.mjs", dist, /\b([A-Z]\w+Command)=class\b/g);
  const used = await named("src/**/*.ts", root, /\b([A-Z]\w+Command)\b/g);
  expect(shipped).toContain("DescribeSubnetsCommand");
  expect([...shipped].filter((name) => !used.has(name)).toSorted()).toEqual(ofTheSdk);
});

/** Commands that the SDK itself uses, to look up credentials and to go from page to page. */
const ofTheSdk = [
  "AssumeRoleCommand",
  "AssumeRoleWithWebIdentityCommand",
  "CreateOAuth2TokenCommand",
  "CreateOAuth2TokenWithIAMCommand",
  "CreateSessionCommand",
  "CreateTokenCommand",
  "GetRoleCredentialsCommand",
  "ListContainerInstancesCommand",
];
