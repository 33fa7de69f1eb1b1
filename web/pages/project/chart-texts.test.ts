import { expect, test, vi } from "vitest";

vi.stubGlobal("localStorage", { getItem: () => null });
const { datesOf, splitText } = await import("./chart-texts.ts");
const { showZone } = await import("../../words/format.ts");

test("under the bars are their days, where there is room, or the times of one day", () => {
  showZone("America/Sao_Paulo");
  const start = Date.UTC(2026, 0, 30, 6);
  const runs = (count: number, hours: number) =>
    Array.from({ length: count }, (_, index) => ({ startedAt: start + index * hours * 3_600_000 }));
  expect(datesOf([])).toEqual([]);
  expect(datesOf(runs(3, 24))).toEqual(["Sun 1 Feb, 03:00"]);
  expect(datesOf(runs(8, 24))).toEqual(["Fri 30 Jan", "Fri 6 Feb"]);
  expect(datesOf(runs(15, 24))).toEqual(["Fri 30 Jan", "Fri 6 Feb", "Fri 13 Feb"]);
  expect(datesOf(runs(15, 1))).toEqual(["03:00", "10:00", "17:00"]);
});

test("half minutes and whole ones have different texts", () => {
  expect([0, 30_000, 60_000].map((split) => splitText(split, 64_000))).toEqual([
    "0",
    "30 s",
    "60 s",
  ]);
  expect(splitText(120_000, 380_000)).toBe("2 min");
});
