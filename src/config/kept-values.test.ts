import { mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";

import { keyOf, openKeptValues } from "./kept-values.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "esteira-kept-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const file = (): string => join(folder, "cache/checked.tsv");

test("a value comes back as it was, or not at all", () => {
  const anything = fc.anything({ withNullPrototype: true, withMap: true, withSet: true });
  fc.assert(
    fc.property(anything, (value) => {
      const values = openKeptValues(file(), 10, "stamp");
      values.set("key", value);
      expect([value, undefined]).toContainEqual(values.get("key"));
    }),
  );
  const values = openKeptValues(file(), 10, "stamp");
  // What JSON would read back otherwise.
  for (const value of [
    Array(2),
    { a: undefined },
    [-0],
    [Infinity],
    new Map([["a", { b: [1] }]]),
  ]) {
    values.set("kept", value);
    expect(values.get("kept")).toStrictEqual(value);
  }
  values.set("own", JSON.parse('{"__proto__": {"a": 1}, "constructor": 2}'));
  expect(Object.keys(values.get("own") as object)).toEqual(["__proto__", "constructor"]);
  for (const value of [Object.create(null), () => 1, [new Date(0)], Symbol("s")]) {
    values.set("refused", value);
    expect(values.get("refused")).toBe(undefined);
  }
});

test("another program, a damaged file and another key find nothing", () => {
  const values = openKeptValues(file(), 10, "stamp");
  values.set(keyOf("a"), new Map([["a", { b: [1] }]]));
  values.save();
  const found = (stamp: string | undefined, ...inputs: string[]): unknown =>
    openKeptValues(file(), 10, stamp).get(keyOf(...inputs));
  expect(found("stamp", "a")).toEqual(new Map([["a", { b: [1] }]]));
  expect(found("stamp", "b")).toBe(undefined);
  expect(found("another stamp", "a")).toBe(undefined);
  expect(found(undefined, "a")).toBe(undefined);

  const { atime, mtime } = statSync(file());
  const write = (content: string | Uint8Array): void => {
    writeFileSync(file(), content);
    utimesSync(file(), atime, mtime);
  };
  const text = readFileSync(file(), "utf8");
  const damages = [Buffer.alloc(100, 0xff), "", text.slice(0, 40), text.slice(0, -9)];
  for (const damaged of [`${text.slice(0, -4)}AAA\n`, ...damages]) {
    write(damaged);
    expect(found("stamp", "a")).toBe(undefined);
  }
  write(text);
  expect(found("stamp", "a")).toBeDefined();
});

test("a key tells inputs apart that have the same letters", () => {
  const keys = [["a", "b"], ["ab"], ["ab", ""], ["ab", undefined], ["", "ab"]].map((inputs) =>
    keyOf(...inputs),
  );
  expect(new Set([...keys, keyOf(new TextEncoder().encode("ab"))]).size).toBe(6);
});

test("what runs from its sources keeps nothing, and what is kept is private", () => {
  const nothing = openKeptValues(file(), 10);
  nothing.set("key", 1);
  nothing.save();
  expect(() => statSync(file())).toThrow("ENOENT");

  const values = openKeptValues(file(), 10, "stamp");
  values.set("key", 1);
  values.save();
  expect(statSync(file()).mode & 0o777).toBe(0o600);
});
