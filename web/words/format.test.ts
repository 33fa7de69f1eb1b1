import { expect, test, vi } from "vitest";

test("a length of time is minutes and seconds, hours, and from a hundred hours on days", async () => {
  vi.stubGlobal("localStorage", { getItem: () => null });
  const { duration } = await import("./format.ts");
  const hour = 3_600_000;
  const lengths = [-5, 38_000, 2_631_000, 6_730_000, 99 * hour + 59_000, 410 * hour];
  expect(lengths.map(duration)).toEqual([
    "0:00",
    "0:38",
    "43:51",
    "1:52:10",
    "99:00:59",
    "17\u00A0d\u00A02\u00A0h",
  ]);
  vi.unstubAllGlobals();
});

test("what took less than a second took something, and half a minute is no minute", async () => {
  vi.stubGlobal("localStorage", { getItem: () => null });
  const { duration, span } = await import("./format.ts");
  expect([0, 12, 340, 960].map(duration)).toEqual([
    "0:00",
    "0.1\u00A0s",
    "0.3\u00A0s",
    "0.9\u00A0s",
  ]);
  expect([340, 30_000, 59_400, 59_600, 90_000].map(span)).toEqual([
    "0.3\u00A0s",
    "30 s",
    "59 s",
    "1 min",
    "2 min",
  ]);
  vi.unstubAllGlobals();
});
