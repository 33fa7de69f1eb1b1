import { expect, test } from "vitest";

import { leftOut, openQueue } from "./queue.ts";

/** Takes at most `free` fires of these projects, each of which then runs. */
function chosen(
  projects: readonly string[],
  free: number,
  running: Readonly<Record<string, number>> = {},
): string[] {
  const queue = openQueue(
    projects.map((project, id) => ({ id, project, scheduledTime: id, since: 0 })),
  );
  const runs = new Map(Object.entries(running));
  const taken: string[] = [];
  while (taken.length < free) {
    const next = queue.next(runs);
    if (next === undefined) break;
    queue.shift(next.project);
    runs.set(next.project, (runs.get(next.project) ?? 0) + 1);
    taken.push(`${next.project}${next.id}`);
  }
  expect(queue.size).toBe(projects.length - taken.length);
  return taken;
}

test("oldest first, as many as may begin", () => {
  expect(chosen(["a", "b", "c"], 2)).toEqual(["a0", "b1"]);
  expect(chosen(["a", "b"], 5)).toEqual(["a0", "b1"]);
  expect(chosen([], 5)).toEqual([]);
});

test("a project that fires all the time doesn't starve the others", () => {
  expect(chosen(["noisy", "noisy", "noisy", "calm", "other"], 4)).toEqual([
    "noisy0",
    "calm3",
    "other4",
    "noisy1",
  ]);
  expect(chosen(["noisy", "calm"], 1, { noisy: 3 })).toEqual(["calm1"]);
});

test("which fires don't wait", () => {
  expect(leftOut("skip", 0)).toBeUndefined();
  expect(leftOut("skip", 1)).toBe("overlap");
  expect(leftOut("allow", 99)).toBeUndefined();
  expect(leftOut("allow", 100)).toBe("queue-full");
});
