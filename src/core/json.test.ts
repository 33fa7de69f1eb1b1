import fc from "fast-check";
import { expect, test } from "vitest";

import { canonicalJson, fingerprintOf } from "./json.ts";

test("equal values have equal bytes, whatever the order of their keys", () => {
  const value = { b: [1, { d: null, c: "é" }], a: undefined, 10: true, 9: "x" };
  expect(canonicalJson(value)).toBe('{"9":"x","10":true,"b":[1,{"c":"é","d":null}]}');
  expect(fingerprintOf({ b: 1, a: 2 })).toBe(fingerprintOf({ a: 2, b: 1 }));
  expect(fingerprintOf({ b: 1, a: 2 })).toMatch(/^[0-9a-f]{64}$/);
});

test("nothing of a value is lost, whatever its keys are called", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
  const named = JSON.parse('{"__proto__": {"b": 1, "a": 2}, "constructor": 3}') as unknown;
  expect(canonicalJson(named)).toBe('{"__proto__":{"a":2,"b":1},"constructor":3}');
});
