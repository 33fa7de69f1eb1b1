import { readdirSync, readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { join } from "node:path";

import { parse, type Node } from "acorn";

/** A regular expression as it is written in a source. */
export interface Expression {
  /** `src/core/text.ts:12` */
  readonly place: string;
  readonly source: string;
  readonly flags: string;
}

/** Every regular expression that is written down in the sources below a folder, tests left out. */
export function expressionsIn(root: string, folder: string): Expression[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && !/\.test\.ts$|fixtures\/|\.d\.ts$/.test(name))
    .toSorted()
    .flatMap((name) =>
      expressionsOf(`${folder}/${name}`, readFileSync(join(root, folder, name), "utf8")),
    );
}

function expressionsOf(file: string, text: string): Expression[] {
  const program = parse(stripTypeScriptTypes(text, { mode: "strip" }), {
    ecmaVersion: "latest",
    sourceType: "module",
    locations: true,
  });
  const found: Expression[] = [];
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) {
      for (const one of node) visit(one);
      return;
    }
    if (typeof node !== "object" || node === null || !("type" in node)) return;
    const { regex, loc } = node as Node & {
      readonly regex?: { readonly pattern: string; readonly flags: string };
    };
    if (regex !== undefined) {
      found.push({
        place: `${file}:${loc?.start.line}`,
        source: regex.pattern,
        flags: regex.flags,
      });
    }
    for (const value of Object.values(node)) visit(value);
  };
  visit(program.body);
  return found;
}

/**
 * Texts that make a matcher try again and again: runs of what the expression repeats, with
 * something behind them that doesn't fit.
 *
 * @param size characters, about
 */
export function adversaries({ source }: Pick<Expression, "source">, size: number): string[] {
  const literal = source.replaceAll(/\\[bBdDsSwWpPkcuxnrtvf](\{[^}]*\})?|[\\^$.*+?()[\]{}|]/g, " ");
  const words = literal.split(/\s+/).filter((word) => word !== "" && word.length < 12);
  const units = new Set([
    ..."a0 \t\n\r\"'/.-_=:;,#<[({\\*@%!~`$".split(""),
    "é",
    "aa ",
    "a.",
    "a/",
    "a-",
    "0:",
    "\r\n",
    "a=",
    " -",
    "--",
    "::",
    '\\"',
    ...words,
    ...words.map((word) => `${word} `),
    ...source.split("").filter((char) => /\S/.test(char)),
  ]);
  return [...units].flatMap((unit) => [
    ...runsOf(unit, size),
    ...words.slice(0, 2).map((word) => `${word}${runOf(unit, size)}\u0000`),
  ]);
}

const ends = ["", "\u0000", "!", "\n"];
const made = new Map<string, readonly string[]>();

/** With each end; most expressions have most units, and a text is written down once. */
function runsOf(unit: string, size: number): readonly string[] {
  const key = `${size} ${unit}`;
  const known = made.get(key);
  if (known !== undefined) return known;
  const runs = ends.map((end) => runOf(unit, size) + end);
  made.set(key, runs);
  return runs;
}

function runOf(unit: string, size: number): string {
  return unit.repeat(Math.ceil(size / unit.length));
}
