import { expect, test } from "vitest";
import {
  allInstanceTypes,
  instanceType,
  typesOfFamily,
  usableMemoryMib,
} from "./instance-types.ts";

test.each([
  ["t3.xlarge", 4, 16_384, 0, "x86_64"],
  ["t3.nano", 2, 512, 0, "x86_64"],
  ["t4g.medium", 2, 4096, 0, "arm64"],
  ["m5.24xlarge", 96, 393_216, 0, "x86_64"],
  ["m7a.medium", 1, 4096, 0, "x86_64"],
  ["c5.9xlarge", 36, 73_728, 0, "x86_64"],
  ["r8g.48xlarge", 192, 1_572_864, 0, "arm64"],
  ["g5.12xlarge", 48, 196_608, 4, "x86_64"],
  ["g6e.xlarge", 4, 32_768, 1, "x86_64"],
  ["p4d.24xlarge", 96, 1_179_648, 8, "x86_64"],
] as const)("%s", (name, vcpus, memoryMib, gpus, architecture) => {
  expect(instanceType(name)).toEqual({ name, vcpus, memoryMib, gpus, architecture });
});

test.each(["t3", "t3.", "t3.9xlarge", "x9.large", "", "constructor.large", "m5.medium"])(
  "%j is not listed",
  (name) => {
    expect(instanceType(name)).toBeUndefined();
  },
);

test("every name is listed once, in ascending sizes of one family", () => {
  const names = allInstanceTypes().map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  const sizes = typesOfFamily("m6i").map(({ vcpus }) => vcpus);
  expect(sizes).toEqual(sizes.toSorted((a, b) => a - b));
});

test("what tasks can count on", () => {
  const usable = (name: string) => {
    const type = instanceType(name);
    return type && usableMemoryMib(type);
  };
  expect(usable("t3.xlarge")).toBe(14_981);
  expect(usable("t3.nano")).toBe(220);
});
