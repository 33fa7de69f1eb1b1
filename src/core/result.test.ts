import { expect, test } from "vitest";

import { all, err, ok, type Result } from "./result.ts";

test("all values, each with its type, or the first error", () => {
  const numbers: readonly Result<number, string>[] = [ok(1), ok(2)];
  const both = all(numbers);
  expect(both.ok && both.value.map((value) => value + 1)).toEqual([2, 3]);
  const mixed = all([ok(1) as Result<number, string>, ok("a") as Result<string, Error>]);
  expect(mixed.ok && [mixed.value[0].toFixed(1), mixed.value[1].toUpperCase()]).toEqual([
    "1.0",
    "A",
  ]);
  expect(all([ok(1), err("first"), err("second")])).toEqual(err("first"));
  expect(all([])).toEqual(ok([]));
});
