import { expect, test } from "vitest";

import { admissible, type Capacity, type Claim, exceeding } from "./capacity.ts";

const machine: Capacity = {
  resources: { cpu: 4, memoryGb: 8, gpu: 0 },
  maxParallel: undefined,
};

let ids = 0;
const claim = (state: Claim["state"], cpu: number, memoryGb = 1, gpu = 0): Claim => ({
  id: ++ids,
  state,
  resources: { cpu, memoryGb, gpu },
});

test("as many begin as fit beside those that run", () => {
  const claims = [
    claim("running", 1),
    claim("waiting", 2),
    claim("waiting", 1),
    claim("waiting", 1),
  ];
  expect(admissible(claims, machine)).toEqual(claims.slice(1, 3));
});

test("fractions that add up to the whole machine fit", () => {
  const parts = [0.1, 1.3, 2.2, 0.4];
  expect(parts.reduce((sum, part) => sum + part)).toBeGreaterThan(4);
  const claims = parts.map((cpu) => claim("waiting", cpu));
  expect(admissible(claims, machine)).toEqual(claims);
});

test("memory counts as CPU does", () => {
  const claims = [claim("waiting", 1, 5), claim("waiting", 1, 5)];
  expect(admissible(claims, machine)).toEqual(claims.slice(0, 1));
});

test("a small step doesn't overtake a large one that waits", () => {
  const claims = [claim("running", 2), claim("waiting", 3), claim("waiting", 1)];
  expect(admissible(claims, machine)).toEqual([]);
});

test("a step larger than the machine begins when nothing runs, and nothing begins beside it", () => {
  const large = claim("waiting", 16);
  const small = claim("waiting", 1);
  expect(admissible([claim("running", 1), large, small], machine)).toEqual([]);
  expect(admissible([large, small], machine)).toEqual([large]);
});

test("a limit of attempts holds whatever would fit", () => {
  const claims = [claim("running", 0.1), claim("waiting", 0.1), claim("waiting", 0.1)];
  expect(admissible(claims, { ...machine, maxParallel: 2 })).toEqual([claims[1]]);
});

test("what is too much is named", () => {
  expect(exceeding([claim("waiting", 16, 12.25, 1).resources], machine)).toEqual([
    "16 CPU of 4",
    "12.3 GB of memory of 8",
    "1 GPU of 0",
  ]);
  expect(exceeding([claim("waiting", 4, 8).resources], machine)).toEqual([]);
});
