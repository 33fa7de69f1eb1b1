import { expect, test } from "vitest";

import { isCostlyText } from "./cost.ts";

test.each([
  "$.a.b[0]['c d']",
  "$..a",
  "$[?(@.a > 1)]",
  "$.items[0, 1].name",
  "$['a', 'b']",
  "States.Format('{} of {}', $.a, $.b)",
  "States.Array($.a, $.b, States.JsonToString($))",
])("takes about as long as its input is: %s", (text) => {
  expect(isCostlyText(text)).toBe(false);
});

test.each([
  "$..a..b",
  "$[?(@ in $.all)]",
  "$[?(@.name =~ /(a+)+b/)]",
  // Each of these steps gives twice what it gets.
  `$${"[0,0]".repeat(40)}`,
  `$${"['a', 'a']".repeat(40)}`,
  `$.a[${"0,".repeat(1000)}0]`,
  `States.JsonToString(States.Array(${"$, ".repeat(3000)}$))`,
])("may take longer: %s", (text) => {
  expect(isCostlyText(text)).toBe(true);
});

test("the look itself takes as long as the text is", () => {
  const begin = process.cpuUsage();
  expect(isCostlyText("[".repeat(1_000_000))).toBe(false);
  expect(process.cpuUsage(begin).user / 1e6).toBeLessThan(2);
});
