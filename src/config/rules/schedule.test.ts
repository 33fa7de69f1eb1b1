import { describe, expect, test } from "vitest";
import { linesOf } from "../fixtures/checked.ts";

describe("time zones", () => {
  test.each(["UTC", "America/Sao_Paulo", "Asia/Calcutta", "Etc/GMT+3", "GMT"])(
    "%s exists",
    (zone) => {
      expect(linesOf(`schedule: {cron: "0 3 * * *", timezone: ${zone}}`)).toEqual([]);
    },
  );

  test("that don't exist, or not in this spelling", () => {
    const zones = [
      "america/sao_paulo",
      "Sao Paulo",
      "Amrica/Fortaleza",
      "+03:00",
      '""',
      "BRT",
      "a".repeat(60),
    ];
    const lines = zones.flatMap((zone) => linesOf(`schedule: {timezone: ${zone}}`));
    expect(lines.join("\n")).toMatchInlineSnapshot(`
      "1:22 [america/sao_paulo] error config/unknown-time-zone: there is no time zone "america/sao_paulo"; did you mean "America/Sao_Paulo"?
      1:22 [Sao Paulo] error config/unknown-time-zone: there is no time zone "Sao Paulo"; did you mean "America/Sao_Paulo"?
      1:22 [Amrica/Fortaleza] error config/unknown-time-zone: there is no time zone "Amrica/Fortaleza"; did you mean "America/Fortaleza"?
      1:22 [+03:00] error config/unknown-time-zone: there is no time zone "+03:00"; write a name of the IANA database, such as "America/Sao_Paulo" or "UTC"
      1:22 [""] error config/unknown-time-zone: there is no time zone ""; write a name of the IANA database, such as "America/Sao_Paulo" or "UTC"
      1:22 [BRT] error config/unknown-time-zone: there is no time zone "BRT"; write a name of the IANA database, such as "America/Sao_Paulo" or "UTC"
      1:22 [aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa] error config/unknown-time-zone: there is no time zone "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"; write a name of the IANA database, such as "America/Sao_Paulo" or "UTC""
    `);
  });
});

test("cron is shown with the part that is meant", () => {
  const lines = [
    "0 0 13 * 5",
    "0 0 31 2 *",
    "0 3 * *",
    "@reboot",
    "61 3 * * *",
    "0 0 L * *",
  ].flatMap((cron) => linesOf(`schedule: {cron: "${cron}"}`));
  expect(lines.join("\n")).toMatchInlineSnapshot(`
    "1:23 [13 * 5] error cron/both-day-fields: cron restricts both day of month ("13") and day of week ("5"), which no single EventBridge schedule can say; restrict one of the two: "0 0 13 * *" or "0 0 * * 5"
    1:23 [31 2] error cron/never-fires: cron never fires: no month that it names has a day 31; the longest of those months has 29 days; choose an earlier day or another month
    1:19 [0 3 * *] error cron/field-count: cron has 4 fields instead of five; write five fields: minute, hour, day of month, month, day of week, as in "0 3 * * *"
    1:19 [@reboot] error cron/macro: cron doesn't know the macro "@reboot"; use one of @hourly, @daily, @midnight, @weekly, @monthly, @yearly, @annually, or write five fields: minute, hour, day of month, month, day of week, as in "0 3 * * *"
    1:19 [61] error cron/out-of-range: the minute "61" of cron is out of range; minute is a number from 0 to 59
    1:23 [L] error cron/not-unix: the day of month "L" of cron has "L" for the last days of the month, which Unix cron doesn't have; cron can't say it: let it fire on each day that may be meant, and the first step look at the date"
  `);
});

test("what only a schedule gives sense to needs one", () => {
  const lines = [
    "enabled: true",
    'deadline: "06:00"',
    "flexible_window_minutes: 15",
    "enabled: false",
    "retries: 2",
  ].flatMap((field) => linesOf(`schedule: {${field}}`));
  expect(lines.join("\n")).toMatchInlineSnapshot(`
    "1:21 [true] error config/missing-cron: schedule.enabled is given, but there is no cron; add "cron:", as in cron: "0 3 * * *", or remove the line
    1:22 ["06:00"] error config/missing-cron: schedule.deadline is given, but there is no cron; add "cron:", as in cron: "0 3 * * *", or remove the line
    1:37 [15] error config/missing-cron: schedule.flexible_window_minutes is given, but there is no cron; add "cron:", as in cron: "0 3 * * *", or remove the line"
  `);
});
