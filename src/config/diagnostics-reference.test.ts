import { globSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const root = new URL("../../", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), "utf8");

const CODE =
  /"((?:branch|config|cron|definition|file|source|workspace|yaml)\/[a-z]+(?:-[a-z]+)*)"/g;

/** Every code that is in the sources; those of cron are made from its reasons. */
function codesInSources(): string[] {
  const codes = new Set<string>();
  for (const file of globSync("src/**/*.ts", { cwd: root })) {
    if (file.endsWith(".test.ts")) continue;
    for (const [, code] of read(file).matchAll(CODE)) codes.add(code ?? "");
  }
  const reasons = /readonly reason:([^;]+);/.exec(read("src/schedule/cron-problem.ts"))?.[1] ?? "";
  for (const [, reason] of reasons.matchAll(/"([a-z-]+)"/g)) codes.add(`cron/${reason}`);
  return [...codes].toSorted();
}

function codesInReference(): string[] {
  const rows = [
    ...read("docs/reference/diagnostics.md").matchAll(/^\| `([^`]+)` \| .+ \| .+ \|$/gm),
  ];
  return rows.map(([, code]) => code ?? "").toSorted();
}

test("the reference says every code, once, and no other", () => {
  expect(codesInReference()).toEqual(codesInSources());
});

test("the sources were found", () => {
  expect(codesInSources()).toContain("config/unknown-key");
  expect(codesInSources()).toContain("cron/never-fires");
});
