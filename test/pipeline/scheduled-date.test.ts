import { expect, test } from "vitest";
import type { Project } from "../../src/config/model.ts";
import type { Json } from "../../src/core/json.ts";
import { project, sequence } from "../../src/pipeline/fixtures/project.ts";
import { run } from "./run.ts";

function inZone(timezone: string): Project {
  const schedule = { enabled: true, cron: "0 3 * * *", timezone, overlap: "allow" } as const;
  return project({ steps: sequence("a"), schedule: { ...schedule, deadline: undefined } });
}

async function dateOf(timezone: string | undefined, input: Json): Promise<string | undefined> {
  const ran = await run(
    timezone === undefined ? project({ steps: sequence("a") }) : inZone(timezone),
    input,
  );
  expect(ran).toMatchObject({ status: "SUCCEEDED" });
  return ran.attempts[0]?.["ESTEIRA_SCHEDULED_DATE"];
}

test.each([
  [undefined, "2026-01-31T23:59:59Z", "2026-01-31"],
  ["UTC", "2026-01-31T00:00:00Z", "2026-01-31"],
  ["America/Sao_Paulo", "2026-01-31T02:59:00Z", "2026-01-30"],
  ["America/Sao_Paulo", "2026-01-31T03:00:00Z", "2026-01-31"],
  // Daylight saving began on March 8: midnight was at 5:00 before, and at 4:00 since.
  ["America/New_York", "2026-03-08T04:30:00Z", "2026-03-07"],
  ["America/New_York", "2026-03-09T04:30:00Z", "2026-03-09"],
  ["America/New_York", "2005-06-01T04:30:00.500Z", "2005-05-31"],
  ["Pacific/Kiritimati", "2026-12-31T10:00:00Z", "2027-01-01"],
  ["UTC", "2026-01-31T23:30:00-03:00", "2026-02-01"],
  ["Asia/Tokyo", "2070-12-31T15:00:00Z", "2071-01-01"],
])("in %s, %s is on %s", async (timezone, scheduled_time, date) => {
  expect(await dateOf(timezone, { scheduled_time })).toBe(date);
});

test.each<[string, Json]>([
  ["no time", {}],
  ["a time that is none", { scheduled_time: "tomorrow" }],
  ["a time of no month", { scheduled_time: "2026-13-01T03:00:00Z" }],
  ["a time without its zone", { scheduled_time: "2026-01-31T03:00" }],
  ["a date that is none", { scheduled_date: "today" }],
  ["a date of another type", { scheduled_date: 20260131 }],
])("%s: the local date on which the run starts", async (_what, input) => {
  // Virtual time begins at 2026-01-01T00:00:00Z.
  expect(await dateOf("America/Sao_Paulo", input)).toBe("2025-12-31");
  expect(await dateOf("Asia/Tokyo", input)).toBe("2026-01-01");
});

test("the input's own date goes before the time's", async () => {
  const input = { scheduled_time: "2026-01-31T12:00:00Z", scheduled_date: "2026-01-27" };
  expect(await dateOf("America/Sao_Paulo", input)).toBe("2026-01-27");
});
