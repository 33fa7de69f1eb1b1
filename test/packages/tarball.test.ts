import { cp, glob, lstat, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join, matchesGlob } from "node:path";

import { execa } from "execa";
import { formatMessage } from "publint/utils";
import { publint } from "publint";
import { afterAll, expect, test } from "vitest";

import { temporaryFolder } from "../cli/cli.ts";
import { pack, packedFiles, root, typeFirstMinutes } from "./first-minutes.ts";

const folder = await temporaryFolder();
afterAll(() => folder[Symbol.asyncDispose]());
const tarball = await pack(folder.path);
/** What `npm install` makes of it, which a test that changes it copies. */
const prefix = join(folder.path, "prefix");
const offline = ["--offline", "--ignore-scripts", "--no-audit", "--no-fund"];
await execa("npm", ["install", "--prefix", prefix, ...offline, tarball], { cwd: folder.path });

test("the tarball is put together as Node and npm expect", async () => {
  const content = new Uint8Array(await readFile(tarball));
  const { messages, pkg } = await publint({ pack: { tarball: content.buffer } });
  expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
});

test("the first five minutes, with the tarball in an empty prefix", async () => {
  // Nothing comes with it.
  const installed = await readdir(join(prefix, "node_modules"));
  expect(installed.filter((name) => !name.startsWith("."))).toEqual(["esteira"]);

  const program = join(prefix, "node_modules/.bin/esteira");
  expect((await lstat(program)).isSymbolicLink()).toBe(true);
  await typeFirstMinutes(program, folder.path, {
    PATH: process.env["PATH"] ?? "",
    HOME: folder.path,
    USER: "ana",
  });
});

test("init of one that npm took from a registry pins the registry's tarball, and vendors none", async () => {
  const ofRegistry = join(folder.path, "of-registry");
  await cp(prefix, ofRegistry, { recursive: true, verbatimSymlinks: true });
  // As npm notes what came from a registry.
  const noted = join(ofRegistry, "node_modules/.package-lock.json");
  const lock = JSON.parse(await readFile(noted, "utf8")) as {
    readonly packages: Record<string, Record<string, string>>;
  };
  const entry = lock.packages["node_modules/esteira"]!;
  const resolved = `https://registry.example.com/esteira/-/esteira-${entry["version"]}.tgz`;
  lock.packages["node_modules/esteira"] = { ...entry, resolved };
  await writeFile(noted, JSON.stringify(lock));

  const workspace = join(folder.path, "workspace");
  await mkdir(workspace);
  const program = join(ofRegistry, "node_modules/.bin/esteira");
  const { stdout } = await execa(program, ["init", "--json"], { cwd: workspace });
  const { written } = JSON.parse(stdout) as { readonly written: readonly string[] };
  expect(written.filter((path) => /vendor|package/.test(path))).toEqual([
    "package.json",
    "package-lock.json",
  ]);
  const pinned = await readFile(join(workspace, "package-lock.json"), "utf8");
  expect(JSON.parse(pinned)).toMatchObject({
    packages: {
      "": { dependencies: { esteira: entry["version"] } },
      "node_modules/esteira": { resolved, integrity: entry["integrity"] },
    },
  });
});

test("every file that the program looks for beside itself is packed", async () => {
  const packed = await packedFiles(tarball);
  const asked: string[] = [];
  for await (const file of glob("src/**/*.ts", { cwd: root, exclude: ["**/*.test.ts"] })) {
    const text = await readFile(join(root, file), "utf8");
    for (const [, call, path = ""] of text.matchAll(
      /(packageFile|entryFile)\(["`]([^"`]+)["`]\)/g,
    )) {
      const glob = path.replaceAll(/\$\{[^}]*\}/g, "*");
      asked.push(call === "entryFile" ? `dist/${glob}.mjs` : glob);
    }
  }
  // What only a checkout has, and what is around a package that is installed, is looked for and not
  // needed.
  const ofACheckout = new Set(["src/main.ts", "tools/wheel.sh", ".cache", ".cache/packed/*/*"]);
  const needed = asked.filter((path) => !path.startsWith("..") && !ofACheckout.has(path));
  expect(needed.length).toBeGreaterThanOrEqual(7);
  const isPacked = (path: string) =>
    packed.some((each) => matchesGlob(each, path) || each.startsWith(`${path}/`));
  expect(needed.filter((path) => !isPacked(path))).toEqual([]);
});
