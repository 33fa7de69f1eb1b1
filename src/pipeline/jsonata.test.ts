import { expect, test } from "vitest";
import { plain, plainValue, quote } from "./jsonata.ts";

test.each([
  ["text", "text"],
  ["", ""],
  ["a {% $x %} b", "a {% $x %} b"],
  ["{% $x %}", '{% "{% $x %}" %}'],
  ["{% open", '{% "{% open" %}'],
  ["  {% $x", '{% "  {% $x" %}'],
  ["closed %}", '{% "closed %}" %}'],
  ['{% "quoted" \\ %}', String.raw`{% "{% \"quoted\" \\ %}" %}`],
  ["${task_definition}", "$${task_definition}"],
  ["{% ${x}", '{% "{% $${x}" %}'],
])("the text %j stands as %j", (text, written) => {
  expect(plain(text)).toBe(written);
});

test("texts at any depth of a value are safe, and nothing else changes", () => {
  const value = { a: ["{% $x %}", 1, null, true, { b: "${x}" }], "{% k %}": "v" };
  expect(plainValue(value)).toEqual({
    a: ['{% "{% $x %}" %}', 1, null, true, { b: "$${x}" }],
    "{% k %}": "v",
  });
  expect(quote({ a: "${x}" })).toBe('{"a":"$${x}"}');
});
