import { readFileSync } from "node:fs";

import { expect, test } from "vitest";

import { apiReference } from "./reference.ts";

test("docs/reference/console-api.md is what the routes say; `npm run schema` writes it", () => {
  const page = new URL("../../../docs/reference/console-api.md", import.meta.url);
  expect(readFileSync(page, "utf8")).toBe(apiReference());
});

test("every field of the page has a type and a meaning", () => {
  const incomplete = apiReference()
    .split("\n")
    .filter((line) => line.startsWith("| `") && /\| (\||undefined)/.test(line))
    .filter((line) => !/\| (list of )?time( or null)? \|/.test(line))
    .filter((line) => !/^\| `(GET|POST) /.test(line));
  expect(incomplete).toEqual([]);
});
