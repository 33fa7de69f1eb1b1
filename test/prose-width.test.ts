import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";

import { execa } from "execa";
import { expect, test } from "vitest";

const root = resolve(import.meta.dirname, "..");
const widest = 100;

async function tracked(...patterns: readonly string[]): Promise<readonly string[]> {
  const { stdout } = await execa("git", ["ls-files", "--", ...patterns], { cwd: root });
  return stdout.split("\n").filter((file) => !file.startsWith("test/fixtures/"));
}

/**
 * Lines of prose that are too wide, as `file:line`. One that holds a single word can't be broken.
 */
function tooWide(file: string, isProse: (line: string, index: number) => boolean): string[] {
  const lines = readFileSync(join(root, file), "utf8").split("\n");
  return lines.flatMap((line, index) => {
    const words = line.replace(/^\s*(\/\/|\/\*\*|\*|[-*>]|\d+\.)?\s*/, "").split(" ");
    const wide = line.length > widest && words.length > 1 && isProse(line, index);
    return wide ? [`${file}:${index + 1}`] : [];
  });
}

test("prose in Markdown is at most 100 columns wide: a diff shows what changed", async () => {
  const wide = (await tracked("*.md")).flatMap((file) => {
    const code = linesOfCode(file);
    return tooWide(
      file,
      (line, index) => !code.has(index) && !/^\s*\|/.test(line) && !/^`[^`]*`\.?$/.test(line),
    );
  });
  expect(wide).toEqual([]);
});

/** The lines, counted from 0, that are in a block of code. */
function linesOfCode(file: string): ReadonlySet<number> {
  const lines = readFileSync(join(root, file), "utf8").split("\n");
  let inside = false;
  return new Set(
    lines.flatMap((line, index) => {
      if (/^\s*```/.test(line)) inside = !inside;
      return inside ? [index] : [];
    }),
  );
}

test("comments are at most 100 columns wide", async () => {
  const files = await tracked("*.ts", "*.tsx", "*.js", "*.css");
  const hashed = await tracked("*.py", "*.sh", "*.yml", "Makefile", ".ci/run");
  const wide = [
    ...files.flatMap((file) =>
      tooWide(file, (line) => /^\s*(\/\/ (?!\s*oxlint-)|\/\*\*? |\* )/.test(line)),
    ),
    ...hashed.flatMap((file) => tooWide(file, (line) => /^\s*# (?!https:)/.test(line))),
  ];
  expect(wide).toEqual([]);
});
