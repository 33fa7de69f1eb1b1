import { readFileSync } from "node:fs";

import { expect, test } from "vitest";

import { documentsReference } from "./reference.ts";
import { printedBy } from "./printed-by.ts";

const page = (name: string): string =>
  readFileSync(new URL(`../../../docs/reference/${name}`, import.meta.url), "utf8");

test("docs/reference/json.md is what the schemas say; `npm run schema` writes it", () => {
  expect(page("json.md")).toBe(documentsReference());
});

test("every field of the page has a type and a meaning", () => {
  const incomplete = documentsReference()
    .split("\n")
    .filter((line) => line.startsWith("| `") && /\| (\||undefined)/.test(line))
    .filter((line) => !/\| (list of )?time( or null)? \|/.test(line));
  expect(incomplete).toEqual([]);
});

test("every command that takes --json has its documents", () => {
  const described = Object.values(printedBy).flatMap(({ commands }) => commands);
  const commands = [
    ...page("commands.md").matchAll(/^`esteira ([a-z][a-z-]*(?: [a-z][a-z-]*)*)[^`]*--json\]`/gm),
  ]
    .map(([, command = ""]) => command)
    .filter((command) => command !== "schema");
  expect(commands.length).toBeGreaterThan(30);
  const without = commands.filter(
    (command) =>
      !described.some(
        (one) => one === command || one.startsWith(`${command} `) || command.startsWith(`${one} `),
      ),
  );
  expect(without).toEqual([]);
});
