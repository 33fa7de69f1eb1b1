import { readFile } from "node:fs/promises";

import { expect, test } from "vitest";

import { exitCodes } from "./exit-codes.ts";

test("the page lists every code with its meaning", async () => {
  const page = await readFile(
    new URL("../../docs/reference/exit-codes.md", import.meta.url),
    "utf8",
  );
  const rows = page.split("\n").filter((line) => /^\| \d/.test(line));
  expect(rows).toEqual(
    Object.entries(exitCodes).map(
      ([name, { code, meaning }]) => `| ${code} | \`${name}\` | ${meaning} |`,
    ),
  );
});

test("no number has two meanings", () => {
  const codes = Object.values(exitCodes).map(({ code }) => code);
  expect(new Set(codes).size).toBe(codes.length);
});
