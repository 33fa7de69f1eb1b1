import { readFile } from "node:fs/promises";

import { expect, test } from "vitest";

import { esteira } from "./cli.ts";

test("the page has every command with the usage that its help shows", async () => {
  const page = await readFile(new URL("../../docs/reference/commands.md", import.meta.url), "utf8");
  const documented = [...page.matchAll(/^### ([a-z -]+)\n\n`(esteira .*)`$/gm)].map(
    ([, name = "", usage = ""]) => [name, usage] as const,
  );
  const { out } = await esteira("/", ["--help"]);
  const listed: string[] = [];
  const inFamilies: string[] = [];
  for (const [, name = ""] of out.matchAll(/^ {2}([a-z]+) {2,}/gm)) {
    // A command of several has them in its own help.
    const help = await esteira("/", [name, "--help"]);
    const [, inside = ""] = help.out.split("\nCOMMANDS\n");
    const names = [...inside.matchAll(/^ {2}([a-z-]+) {2,}/gm)].map(([, one = ""]) => one);
    // Its usage is theirs.
    inFamilies.push(...help.out.split("\n").slice(1, names.length + 1));
    listed.push(...(names.length === 0 ? [name] : names.map((one) => `${name} ${one}`)));
  }
  expect(documented.map(([name]) => name)).toEqual(listed);
  const ofFamilies = documented.filter(([name]) => name.includes(" "));
  expect(inFamilies).toEqual(ofFamilies.map(([, usage]) => `  ${usage}`));
  for (const [name, usage] of documented) {
    const help = await esteira("/", [...name.split(" "), "--help"]);
    expect(help.out.split("\n")[1]).toBe(`  ${usage}`);
  }
});
