import { existsSync, globSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

import { expect, test } from "vitest";

const root = resolve(import.meta.dirname, "..");
const page = readFileSync(join(root, "CONTRIBUTING.md"), "utf8");

const foldersOf = (path: string): readonly string[] =>
  readdirSync(join(root, path), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !["fixtures", "__pycache__"].includes(entry.name))
    .map(({ name }) => name);

test("the map has a row for each room, which names all that is in it", () => {
  const rooms = [...foldersOf("src").map((name) => `src/${name}/`), "web/"];
  const missing = rooms.flatMap((room) => {
    const row = page.split("\n").find((line) => line.startsWith(`| \`${room}\` |`));
    if (row === undefined) return [room];
    return foldersOf(room).flatMap((name) =>
      new RegExp(`\`${name}/(?:<group>/)?\``).test(row) ? [] : [`${room}${name}/`],
    );
  });
  expect(missing).toEqual([]);
});

test("what it names is there: files, folders, scripts of npm and targets of make", () => {
  const paths = [...page.matchAll(/`((?:src|test|web|docs|tools|schemas)\/[^`\s]*)`/g)].map(
    ([, path = ""]) => path.replaceAll(/<\w+>/g, "*"),
  );
  expect(paths.length).toBeGreaterThan(20);
  expect(paths.filter((path) => globSync(path, { cwd: root }).length === 0)).toEqual([]);

  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    readonly scripts: Readonly<Record<string, string>>;
  };
  const named = [...page.matchAll(/\bnpm run ([\w-]+)/g)].map(([, name = ""]) => name);
  expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
  const makefile = readFileSync(join(root, "Makefile"), "utf8");
  const targets = [...page.matchAll(/\bmake (\w+)\b(?=[`\s])/g)].map(([, name = ""]) => name);
  expect(targets.filter((name) => !new RegExp(`^${name}:`, "m").test(makefile))).toEqual([]);
  expect(existsSync(join(root, ".ci/run"))).toBe(true);
});
