import { describe, expect, test } from "vitest";

import { regexSteps } from "./regex-cost.ts";
import { Unproven } from "./weight.ts";

describe("a regular expression takes time in proportion to its text", () => {
  test.each([
    /abc/,
    /a?b{2,9}(?:c|d)/i,
    /^[^\]\\]*$/,
    /^a+$|b|^c*/,
    /^\d{4}-(0[1-9]|1[0-2])(\.\d+)?Z$/,
    /[a-z\d\-.]\x41é\/\bx\B/,
    /^a*?b/,
    /^(Task failed to start)?$/,
  ])("%s", (pattern) => {
    expect(() => regexSteps(pattern)).not.toThrow();
  });

  test.each([
    /a+/,
    /b|a+$/,
    /^a*a*$/,
    /^(a*)(a*)$/,
    /^(a+)+$/,
    /^(a|a)*$/,
    /^(a?){30}$/,
    /^(?:ab)+$/,
    /a?a?a?a?a?a?a?/,
    /(^a+)/,
    /^(a)\1$/,
    /^a(?=b)/,
    /^(?<name>a)/,
    /^a+/m,
    /a{1001}/,
    /a{1000}b{1000}/,
    /(a|b)(a|b)a{600}/,
    /^a{2,}b*/,
  ])("not proven: %s", (pattern) => {
    expect(() => regexSteps(pattern)).toThrow(Unproven);
  });
});

test("the steps for each character are those of the longest try, in each way that it has", () => {
  expect(regexSteps(/abc|d/)).toBe(2 * 4);
  expect(regexSteps(/^a*b{2,9}c/)).toBe(8 * (1 + 9 + 1 + 1));
});
