import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";

import { openParsedValues, PARSER_VERSION } from "./parsed-values-file.ts";
import {
  contentHash,
  type ParsedValues,
  valueFromText,
  valueToText,
} from "./yaml/parsed-values.ts";
import { readYaml } from "./yaml/yaml-source.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "esteira-parsed-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const valueOf = (text: string, values?: ParsedValues): unknown => {
  const read = readYaml("config.yaml", bytes(text), values);
  return read.ok ? read.value.value : read.error.map(({ code }) => code);
};
const file = (): string => join(folder, "cache/parsed-yaml.tsv");

test("a file is parsed once: the next time its value comes from the cache", () => {
  const first = openParsedValues(join(folder, "cache"));
  expect(valueOf("a: [1, x]\n", first)).toEqual({ a: [1, "x"] });
  first.save();

  const again = openParsedValues(join(folder, "cache"));
  expect(again.get(contentHash(bytes("a: [1, x]\n")))).toEqual({ a: [1, "x"] });
  // Had it been parsed, another value of these bytes would not be found.
  again.set(contentHash(bytes("b: 2\n")), { b: "from the cache" });
  again.save();
  expect(valueOf("b: 2\n", openParsedValues(join(folder, "cache")))).toEqual({
    b: "from the cache",
  });
});

test("the value is the parsed one, whatever the file holds", () => {
  fc.assert(
    fc.property(fc.object({ withNullPrototype: true, maxDepth: 3 }), (value) => {
      const text = valueToText(value);
      expect(text === undefined ? value : valueFromText(text)).toEqual(value);
    }),
  );
  expect(Object.getPrototypeOf(valueFromText('{"__proto__": {"a": 1}}'))).toBe(null);
  expect(Object.keys(valueFromText('{"__proto__": {"a": 1}}') as object)).toEqual(["__proto__"]);
  for (const value of [Number.NaN, Infinity, -0, { a: [-0] }, 1n]) {
    expect(valueToText(value)).toBe(undefined);
  }
});

test("a file with a problem is not kept", () => {
  const values = openParsedValues(join(folder, "cache"));
  expect(valueOf("a: 1\na: 2\n", values)).toEqual(["yaml/duplicate-key"]);
  values.save();
  expect(() => statSync(file())).toThrow("ENOENT");
});

test("a damaged line is as if it weren't there, and so is the cache of another version", () => {
  const values = openParsedValues(join(folder, "cache"));
  valueOf("a: 1\n", values);
  valueOf("b: 1\n", values);
  values.save();
  const [header = "", a = "", b = ""] = readFileSync(file(), "utf8").split("\n");
  const known = (): unknown[] => {
    const opened = openParsedValues(join(folder, "cache"));
    return ["a: 1\n", "b: 1\n"].map((text) => opened.get(contentHash(bytes(text))));
  };
  expect(known()).toEqual([{ a: 1 }, { b: 1 }]);

  writeFileSync(file(), [header, a.replace('{"a":1}', '{"a":2}'), b.slice(0, -3)].join("\n"));
  expect(known()).toEqual([undefined, undefined]);
  writeFileSync(file(), [header.replace(PARSER_VERSION, "1.0.0"), a, b, ""].join("\n"));
  expect(known()).toEqual([undefined, undefined]);
  writeFileSync(file(), Buffer.alloc(100, 0xff));
  expect(known()).toEqual([undefined, undefined]);
});

test("it is private, and a folder that can't be made costs nothing but time", () => {
  const values = openParsedValues(join(folder, "cache"));
  valueOf("a: 1\n", values);
  values.save();
  expect(statSync(file()).mode & 0o777).toBe(0o600);

  const nowhere = openParsedValues("/dev/null/cache");
  valueOf("a: 1\n", nowhere);
  nowhere.save();
});

test("the version of the parser is the one that is installed", () => {
  const installed = createRequire(import.meta.url)("yaml/package.json") as { version: string };
  expect(PARSER_VERSION).toBe(installed.version);
});
