import { expect, test } from "vitest";

import { zoneOf } from "./zone-time.ts";

const at = (text: string): number => Date.parse(`${text}Z`);
const textOf = (moment: number | undefined): string | undefined =>
  moment === undefined ? undefined : new Date(moment).toISOString().slice(0, 19);

test.each([
  ["UTC", "2026-01-31T03:00:00", "2026-01-31T03:00:00"],
  ["America/Sao_Paulo", "2026-01-31T03:00:00", "2026-01-31T06:00:00"],
  // Summer time until February 2019.
  ["America/Sao_Paulo", "2019-01-31T03:00:00", "2019-01-31T05:00:00"],
  ["Asia/Kathmandu", "2026-01-31T03:00:00", "2026-01-30T21:15:00"],
  ["Pacific/Kiritimati", "2026-01-01T00:00:00", "2025-12-31T10:00:00"],
  ["Etc/GMT+12", "2025-12-31T23:59:59", "2026-01-01T11:59:59"],
])("in %s it is %s at %s UTC", (zone, local, moment) => {
  expect(textOf(zoneOf(zone).momentOf(at(local)))).toBe(moment);
  expect(textOf(zoneOf(zone).localOf(at(moment)))).toBe(local);
});

test.each([
  ["America/New_York", "2026-03-08T02:30:00", undefined],
  ["America/New_York", "2026-03-08T03:00:00", "2026-03-08T07:00:00"],
  ["America/New_York", "2026-11-01T01:30:00", "2026-11-01T05:30:00"],
  ["America/New_York", "2026-11-01T02:00:00", "2026-11-01T07:00:00"],
  // At midnight, by half an hour, and by a whole day.
  ["America/Sao_Paulo", "2018-11-04T00:00:00", undefined],
  ["America/Sao_Paulo", "2018-11-04T01:00:00", "2018-11-04T03:00:00"],
  ["Australia/Lord_Howe", "2026-04-05T01:45:00", "2026-04-04T14:45:00"],
  ["Australia/Lord_Howe", "2026-10-04T02:15:00", undefined],
  ["Pacific/Apia", "2011-12-30T12:00:00", undefined],
  ["Pacific/Apia", "2011-12-31T00:00:00", "2011-12-30T10:00:00"],
])("in %s %s is %s UTC", (zone, local, moment) => {
  expect(textOf(zoneOf(zone).momentOf(at(local)))).toBe(moment);
});

test("every moment's wall clock is the runtime's, and leads back to the first moment that shows it", () => {
  const zones = ["Europe/Lisbon", "Africa/Casablanca", "America/St_Johns", "Antarctica/Troll"];
  for (const name of zones) {
    const zone = zoneOf(name);
    const asked = new Intl.DateTimeFormat("sv-SE", {
      timeZone: name,
      dateStyle: "short",
      timeStyle: "medium",
    });
    for (let moment = at("2025-12-30T00:00:00"); moment < at("2027-01-03T00:00:00");) {
      const local = zone.localOf(moment);
      expect(textOf(local)?.replace("T", " ")).toBe(asked.format(moment));
      const back = zone.momentOf(local) ?? Infinity;
      expect(back).toBeLessThanOrEqual(moment);
      expect(moment - back).toBeLessThanOrEqual(2 * 3_600_000);
      expect(zone.localOf(back)).toBe(local);
      moment += 47 * 60_000;
    }
  }
});
