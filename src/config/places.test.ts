import { expect, test } from "vitest";
import { placedAtOnce, tasksAtOnce } from "./places.ts";

const task = (cpu: number, memoryGb: number, gpu = 0) => ({ cpu, memoryGb, gpu });
const on = (maxQuantity: number, ...instanceTypes: string[]) => ({ instanceTypes, maxQuantity });

test("as many tasks fit as the scarcest of processor, memory and GPUs lets in, on each instance", () => {
  // t3.xlarge: 4 processors, of 16 GB about 14.6 for tasks.
  expect(tasksAtOnce(task(1, 2), on(2, "t3.xlarge"))).toBe(8);
  expect(tasksAtOnce(task(1, 8), on(2, "t3.xlarge"))).toBe(2);
  expect(tasksAtOnce(task(0.25, 0.5), on(1, "t3.xlarge"))).toBe(16);
  expect(tasksAtOnce(task(1, 2, 1), on(3, "g5.xlarge"))).toBe(3);
  expect(tasksAtOnce(task(8, 2), on(3, "t3.xlarge"))).toBe(0);
});

test("of several types the one counts that holds fewest, and a type that isn't known says nothing", () => {
  expect(tasksAtOnce(task(1, 2), on(1, "t3.2xlarge", "t3.large"))).toBe(2);
  expect(tasksAtOnce(task(1, 2), on(1, "t3.large", "x9.huge"))).toBeUndefined();
  expect(tasksAtOnce(task(1, 2), on(1))).toBeUndefined();
});

test("tasks of several sizes share instances", () => {
  const sizes = [task(2, 4), task(1, 8), task(1, 6), task(4, 4)];
  expect(placedAtOnce(sizes, on(1, "t3.xlarge"))).toBe(2);
  expect(placedAtOnce(sizes, on(2, "t3.xlarge"))).toBe(3);
  expect(placedAtOnce(sizes, on(3, "t3.xlarge"))).toBe(4);
  expect(placedAtOnce(sizes, on(1, "x9.huge"))).toBeUndefined();
});
