import { expect, test } from "vitest";

import { diffFields } from "./diff.ts";

test("equal documents have no changes, whatever the order of keys", () => {
  const document = { a: 1, b: { c: [1, 2], d: undefined } };
  expect(diffFields(document, { b: { c: [1, 2] }, a: 1 })).toEqual([]);
});

test("changed, new and removed fields are named by their path", () => {
  expect(
    diffFields(
      { version: "1.0.0", schedule: { cron: "0 3 * * *" }, old: true },
      { version: "1.1.0", schedule: { cron: "0 3 * * *", timezone: "UTC" }, model: { name: "m" } },
    ),
  ).toEqual([
    { path: "version", before: "1.0.0", after: "1.1.0" },
    { path: "schedule.timezone", before: undefined, after: "UTC" },
    { path: "model", before: undefined, after: { name: "m" } },
    { path: "old", before: true, after: undefined },
  ]);
});

test("elements are called by their id, so that an inserted one doesn't touch the others", () => {
  const a = { id: "a", command: "python a.py" };
  const b = { id: "b", command: "python b.py" };
  expect(
    diffFields({ steps: [a, b] }, { steps: [a, { id: "n" }, { ...b, command: "x" }] }),
  ).toEqual([
    { path: "steps.n", before: undefined, after: { id: "n" } },
    { path: "steps.b.command", before: "python b.py", after: "x" },
  ]);
});

test("a new order of elements is a change of the list", () => {
  const [a, b] = [{ id: "a" }, { id: "b" }];
  expect(diffFields({ steps: [a, b] }, { steps: [b, a] })).toEqual([
    { path: "steps", before: ["a", "b"], after: ["b", "a"] },
  ]);
});

test("lists without names and values of another kind change as a whole", () => {
  expect(diffFields({ to: ["a@x", "b@x"], n: null }, { to: ["b@x"], n: {} })).toEqual([
    { path: "to", before: ["a@x", "b@x"], after: ["b@x"] },
    { path: "n", before: null, after: {} },
  ]);
});
