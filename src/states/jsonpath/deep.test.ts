import { expect, test } from "vitest";

import { compilePathOrIntrinsic } from "./template.ts";

test.each([
  ["!(", ")", "Value is not a valid JSONPath"],
  ["$[?(!(", "))]", "More than 100 nested parts at 304"],
  ["$.a[?(@.a == 1 && (", ")]", "More than 100 nested parts at 956"],
  ["States.Array(", ")", "More than 10 nested calls"],
])("30,000 times %s is refused, and overflows no stack", (open, close, message) => {
  const nested = `${open.repeat(30_000)}1${close.repeat(30_000)}`;
  expect(compilePathOrIntrinsic(nested)).toEqual({ ok: false, error: message });
});
