import { expect, test } from "vitest";
import { zoneOffsets } from "./zone-offsets.ts";
import { zoneOf } from "./zone-time.ts";

const minute = 60_000;

function localBy({ from, offset }: ReturnType<typeof zoneOffsets>, at: number): number {
  const period = from.filter((start) => start <= at / minute).length - 1;
  return at + (offset[period] ?? NaN) * minute;
}

test("a zone that never changes its clock is one line", () => {
  expect(zoneOffsets("Asia/Kathmandu")).toEqual({ from: [0], offset: [345] });
  expect(zoneOffsets("UTC")).toEqual({ from: [0], offset: [0] });
});

test.each(["America/New_York", "America/Sao_Paulo", "Europe/Lisbon", "Australia/Lord_Howe"])(
  "%s: to the minute what the time zone database says",
  (timezone) => {
    const table = zoneOffsets(timezone);
    const zone = zoneOf(timezone);
    for (const start of [...table.from.slice(1), Date.UTC(2026, 1, 3) / minute]) {
      for (const around of [-1, 0, 1, 30_000]) {
        const at = (start + around) * minute;
        expect(localBy(table, at)).toBe(zone.localOf(at));
      }
    }
    expect(table.from.length).toBeLessThan(80);
  },
);

test("there is no such zone", () => {
  expect(() => zoneOffsets("Mars/Olympus")).toThrow(RangeError);
});
