import { expect, test } from "vitest";

import { chosenOf, extended, hashOf } from "./log-hash.ts";

test.each([
  ["L120", { by: "line", from: 120, to: 120 }, "L120"],
  ["L120-140", { by: "line", from: 120, to: 140 }, "L120-140"],
  ["L140-L120", { by: "line", from: 120, to: 140 }, "L120-140"],
  ["E1762%2Fa", { by: "event", id: "1762/a" }, "E1762%2Fa"],
] as const)("#%s", (hash, chosen, written) => {
  expect(chosenOf(hash)).toEqual(chosen);
  expect(hashOf(chosen)).toBe(written);
});

test.each(["", "L", "L0", "L-3", "page", "L99999999999999"])("#%s names no lines", (hash) => {
  expect(chosenOf(hash)).toBeUndefined();
});

test("Shift extends what is chosen", () => {
  expect(extended(undefined, 7)).toEqual({ by: "line", from: 7, to: 7 });
  expect(extended({ by: "line", from: 5, to: 9 }, 20)).toEqual({ by: "line", from: 5, to: 20 });
  expect(extended({ by: "line", from: 5, to: 9 }, 2)).toEqual({ by: "line", from: 2, to: 9 });
});
