import { expect, test } from "vitest";

import { choose, leftOut, type WaitingFire } from "./queue.ts";

const fires = (...projects: readonly string[]): WaitingFire[] =>
  projects.map((project, id) => ({ id, project, scheduledTime: id, since: 0 }));
const chosen = (waiting: readonly WaitingFire[], free: number, running: object = {}) =>
  choose(waiting, new Map(Object.entries(running)), free).map(
    ({ project, id }) => `${project}${id}`,
  );

test("oldest first, as many as may begin", () => {
  expect(chosen(fires("a", "b", "c"), 2)).toEqual(["a0", "b1"]);
  expect(chosen(fires("a", "b"), 5)).toEqual(["a0", "b1"]);
  expect(chosen([], 5)).toEqual([]);
  expect(chosen(fires("a"), 0)).toEqual([]);
});

test("a project that fires all the time doesn't starve the others", () => {
  expect(chosen(fires("noisy", "noisy", "noisy", "calm", "other"), 4)).toEqual([
    "noisy0",
    "calm3",
    "other4",
    "noisy1",
  ]);
  expect(chosen(fires("noisy", "calm"), 1, { noisy: 3 })).toEqual(["calm1"]);
});

test("which fires don't wait", () => {
  expect(leftOut("skip", 0)).toBeUndefined();
  expect(leftOut("skip", 1)).toBe("overlap");
  expect(leftOut("allow", 99)).toBeUndefined();
  expect(leftOut("allow", 100)).toBe("queue-full");
});
