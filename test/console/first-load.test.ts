import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";

import { expect, test } from "vitest";

import { builtPages as pages } from "./rig/browser.ts";

/** Bytes that a browser gets of a file of `dist/web`, compressed as it is sent. */
const sentBytes = async (file: string): Promise<number> =>
  (await stat(join(pages, `${file}.br`))).size;

const sum = async (files: Iterable<string>): Promise<number> =>
  (await Promise.all([...files].map(sentBytes))).reduce((total, bytes) => total + bytes, 0);

/**
 * Files that a file names which the browser loads with it: imports of scripts, links of the page.
 */
async function loadedWith(file: string): Promise<readonly string[]> {
  const text = await readFile(join(pages, file), "utf8");
  const found = file.endsWith(".html")
    ? text.matchAll(/(?:src|href)="\/([^"]+)"/g)
    : text.matchAll(/(?:from|import)\s*"\.\/([^"]+)"/g);
  return [...found].map(([, name = ""]) => (file.endsWith(".html") ? name : `assets/${name}`));
}

/** All files that are loaded before the fleet is shown: the page, what it loads, and the worker. */
async function firstLoad(): Promise<ReadonlySet<string>> {
  const names = await readdir(join(pages, "assets"));
  const worker = names.filter((name) => /^shared-worker-.*\.js$/.test(name));
  const files = new Set<string>();
  const left = ["index.html", ...worker.map((name) => `assets/${name}`)];
  for (let file = left.pop(); file !== undefined; file = left.pop()) {
    if (files.has(file)) continue;
    files.add(file);
    if (/\.(js|html)$/.test(file)) left.push(...(await loadedWith(file)));
  }
  const scripts = [...files].filter((name) => name.endsWith(".js"));
  const texts = await Promise.all(scripts.map((name) => readFile(join(pages, name), "utf8")));
  // The fleet is among them: no separate file is loaded later.
  expect(texts.join("\n")).toContain("No project matches");
  return files;
}

test("the first load is at most 40 kB, all of the pages are at most 100 kB", async () => {
  const all = (await readdir(pages, { recursive: true })).filter((name) => name.endsWith(".br"));
  const bytes = {
    first: await sum(await firstLoad()),
    all: await sum(all.map((name) => name.slice(0, -".br".length))),
  };
  expect(bytes.first).toBeLessThanOrEqual(40_000);
  expect(bytes.all).toBeLessThanOrEqual(100_000);
  expect(bytes.first).toBeGreaterThan(10_000); // else what is loaded wasn't found
});

test("each file that compresses lies beside its compressed form, under a name of its content", async () => {
  const names = await readdir(join(pages, "assets"));
  const plain = names.filter((name) => !name.endsWith(".br"));
  for (const name of plain) {
    expect(name).toMatch(/^[a-z-]+-[\w-]{8}\.(js|css|svg)$/);
    expect(names).toContain(`${name}.br`);
  }
});
