import fc from "fast-check";
import { expect, test } from "vitest";
import type { Json } from "../../core/json.ts";
import { isLarger } from "./limits.ts";

test("a value's size is that of its JSON text, to the byte", () => {
  fc.assert(
    fc.property(fc.jsonValue({ depthSize: "medium" }), (value) => {
      const plain = JSON.parse(JSON.stringify(value)) as Json;
      const bytes = Buffer.byteLength(JSON.stringify(plain));
      expect(isLarger(plain, bytes)).toBe(false);
      expect(isLarger(plain, bytes - 1)).toBe(true);
    }),
  );
});

test("a value that holds itself many times over is measured without being written", () => {
  let value: Json = "x";
  for (let depth = 0; depth < 60; depth += 1) value = [value, value];
  expect(isLarger(value, 262_144)).toBe(true);
});
