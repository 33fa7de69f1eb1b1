import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../../web");

/** The class that each selector of a sheet begins with: `.gantt` of `.gantt .tick`. */
function beginnings(sheet: string): readonly string[] {
  const rules = sheet.replaceAll(/\/\*[\s\S]*?\*\//g, "").matchAll(/([^{}]+)\{/g);
  return [...rules]
    .flatMap(([, selectors = ""]) => selectors.trim().split(/,(?![^(]*\))/))
    .flatMap((selector) => /^\s*(\.[\w-]+)/.exec(selector)?.[1] ?? []);
}

test("sheets of two pages begin with no class of the same name: all of them may be loaded", () => {
  const pages = new Map<string, Set<string>>();
  for (const file of globSync("pages/**/*.css", { cwd: root })) {
    const page = file.split("/")[1] ?? "";
    for (const name of beginnings(readFileSync(join(root, file), "utf8")))
      pages.set(name, (pages.get(name) ?? new Set()).add(page));
  }
  const shared = [...pages].filter(([, of]) => of.size > 1).map(([name, of]) => [name, ...of]);
  expect(shared).toEqual([]);
});
