import fc from "fast-check";
import { expect, test } from "vitest";

import { keptParts } from "./kept-parts.ts";

const copy = <A>(value: A): A => JSON.parse(JSON.stringify(value)) as A;

test("what is as it was is the same object, and what has changed is new up to the top", () => {
  const before = {
    at: 1,
    rows: [
      { name: "a", nights: [1, null] },
      { name: "b", nights: [] },
    ],
  };
  const after = keptParts(before, { ...copy(before), at: 2 });
  expect(after).toEqual({ ...before, at: 2 });
  expect(after.rows).toBe(before.rows);
  const changed = copy(before);
  changed.rows[1]!.nights.push(3);
  const next = keptParts(before, changed);
  expect(next.rows[0]).toBe(before.rows[0]);
  expect(next.rows[1]).not.toBe(before.rows[1]);
  expect(next.rows[1]).toEqual({ name: "b", nights: [3] });
});

test("whatever two documents are, what comes out is the second", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (before, now) => {
      // -0 isn't in JSON.
      expect(keptParts(copy(before), copy(now))).toEqual(copy(now));
    }),
  );
});

test("whatever a document is, reading it once more changes nothing", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const before = copy(value);
      expect(keptParts(before, copy(value))).toBe(before);
    }),
  );
});
