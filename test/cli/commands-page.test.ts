import { readFile } from "node:fs/promises";

import { expect, test } from "vitest";

import { esteira } from "./cli.ts";

test("the page has every command with the usage that its help shows", async () => {
  const page = await readFile(new URL("../../docs/reference/commands.md", import.meta.url), "utf8");
  const documented = [...page.matchAll(/^### (\w+)\n\n`(esteira .*)`$/gm)].map(
    ([, name = "", usage = ""]) => [name, usage] as const,
  );
  const { out } = await esteira("/", ["--help"]);
  const listed = [...out.matchAll(/^ {2}(\w+) {2,}/gm)].map(([, name = ""]) => name);
  expect(documented.map(([name]) => name)).toEqual(listed.filter((name) => name !== "esteira"));
  for (const [name, usage] of documented) {
    const help = await esteira("/", [name, "--help"]);
    expect(help.out.split("\n")[1]).toBe(`  ${usage}`);
  }
});
