import fc from "fast-check";
import { expect, test } from "vitest";

import { parseCron } from "../../schedule/cron.ts";
import { cronWords, scheduleWords } from "./schedule-words.ts";

test.each([
  ["0 3 * * *", "Every day at 03:00", "Todo dia às 03:00"],
  ["*/15 * * * *", "Every 15 minutes", "A cada 15 minutos"],
  ["0 */6 * * *", "On the hour, every 6 hours", "Na hora cheia, a cada 6 horas"],
  ["30 2 1 * *", "At 02:30, on day 1 of the month", "Às 02:30, no dia 1 do mês"],
  ["0 6 * * 1-5", "At 06:00, Monday through Friday", "Às 06:00, de segunda-feira a sexta-feira"],
  [
    "0 22 * * MON,WED",
    "At 22:00, only on Monday and Wednesday",
    "Às 22:00, somente de segunda-feira e quarta-feira",
  ],
  [
    "15,45 8-18 * * 1-5",
    "At 15 and 45 minutes past the hour, between 08:00 and 18:59, Monday through Friday",
    "Aos 15 e 45 minutos da hora, entre 08:00 e 18:59, de segunda-feira a sexta-feira",
  ],
])("%s is said in both languages", (cron, en, pt) => {
  expect(cronWords(cron)).toEqual({ en, "pt-BR": pt });
});

test("whatever validate accepts is said in Portuguese without a word of English", () => {
  const item = (min: number, max: number, names: readonly string[] = []) => {
    const value = fc.integer({ min, max }).map(String);
    return fc.oneof(
      ...(names.length === 0 ? [] : [fc.constantFrom(...names)]),
      value,
      fc.tuple(value, value).map(([a, b]) => `${a}-${b}`),
      fc.integer({ min: 1, max }).map((step) => `*/${step}`),
      fc.tuple(value, value, fc.integer({ min: 1, max })).map(([a, b, by]) => `${a}-${b}/${by}`),
    );
  };
  const field = (...range: Parameters<typeof item>) =>
    fc.oneof(
      fc.constant("*"),
      fc.array(item(...range), { minLength: 1, maxLength: 3 }).map((items) => items.join(",")),
    );
  const crons = fc
    .tuple(
      field(0, 59),
      field(0, 23),
      field(1, 31),
      field(1, 12, ["JAN", "feb"]),
      field(0, 7, ["MON", "fri", "SUN"]),
    )
    .map((fields) => fields.join(" "))
    .filter((cron) => parseCron(cron).ok);
  fc.assert(
    fc.property(crons, (cron) => {
      const words = cronWords(cron);
      expect(words?.["pt-BR"]).toMatch(/\p{L}{2}/u);
      expect(words?.["pt-BR"]).not.toMatch(
        /(?<!\p{L})(?:at|every|past|the|hours?|minutes?|days?|of|only|on|and|through|between|month|error|undefined)(?!\p{L})|%s/iu,
      );
    }),
    { numRuns: 500 },
  );
});

test("what is no cron expression has no words", () => {
  expect(["", "x", "0 3 * *", "61 3 * * *"].map(cronWords)).toEqual(
    Array.from({ length: 4 }, () => undefined),
  );
});

test("what else starts a project is said beside its clock, in both languages", () => {
  const on = { source: "s3://acme-in/*.csv" };
  const after = { projects: ["features", "prices"], match: "day" } as const;
  const cron = "0 3 * * *";
  expect(scheduleWords({ cron: undefined })).toBeUndefined();
  expect(scheduleWords({ cron: undefined, on })).toEqual({
    en: "When s3://acme-in/*.csv arrives",
    "pt-BR": "Quando s3://acme-in/*.csv chegar",
  });
  expect(scheduleWords({ cron, after, on: { ...on, debounceSeconds: 300 } })).toEqual({
    en: "Every day at 03:00, or when features and prices succeeded, or when s3://acme-in/*.csv arrives and nothing more has for 5m",
    "pt-BR":
      "Todo dia às 03:00, ou quando features e prices tiverem sucesso, ou quando s3://acme-in/*.csv chegar e nada mais vier por 5m",
  });
});
