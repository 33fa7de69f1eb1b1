import { expect, test } from "vitest";
import { parseRunInput, readRunInput, runInput } from "./input.ts";

const defaults = {
  params: {},
  only: [],
  skip: [],
  scheduled_time: null,
  origin: null,
  trigger: "manual",
  actor: "",
};

test("a bare {} has every default", () => {
  expect(runInput()).toEqual(defaults);
  expect(parseRunInput({})).toEqual({ ok: true, value: defaults });
});

test("null is as good as nothing, one text as a list of it, a number as a parameter", () => {
  const input = {
    params: { top: 7, on: true, none: null, t: "x" },
    only: "a",
    skip: null,
    origin: null,
  };
  expect(parseRunInput(input)).toEqual({
    ok: true,
    value: { ...defaults, params: { top: "7", on: "true", t: "x" }, only: ["a"] },
  });
});

test("all that is wrong is reported at once", () => {
  const input = {
    params: { deep: { a: 1 }, id: 2 ** 60 },
    only: [1],
    skip: 3,
    scheduled_time: "yesterday",
    origin: 1,
    actor: [],
    trigger: "magic",
    parms: {},
  };
  const parsed = parseRunInput(input);
  expect(parsed.ok ? [] : parsed.error.map(({ field, message }) => `${field}: ${message}`)).toEqual(
    [
      "parms: a run input has no field parms",
      "params.deep: params.deep is a text or a number",
      "params.id: params.id is a number that doesn't pass through JSON exactly; write it as text, in quotes",
      "only: only is a list of steps",
      "skip: skip is a list of steps",
      "scheduled_time: scheduled_time is an instant, such as 2026-01-31T03:00:00Z",
      "origin: origin is a text",
      "actor: actor is a text",
      "trigger: trigger is one of manual, schedule, backfill, resume, after, on",
    ],
  );
  expect(parseRunInput([])).toEqual({
    ok: false,
    error: [{ field: "", message: "the input of a run is a JSON object" }],
  });
});

test("what a run was started with is read whatever it is", () => {
  for (const odd of [null, "x", 3, [], { only: 3, params: [], trigger: "magic", origin: "" }]) {
    expect(readRunInput(odd)).toEqual(defaults);
  }
  expect(
    readRunInput({ trigger: "schedule", scheduled_time: "2026-01-31T03:00:00Z", skip: ["a", 1] }),
  ).toEqual({
    ...defaults,
    trigger: "schedule",
    scheduled_time: "2026-01-31T03:00:00Z",
    skip: ["a"],
  });
});

test("overrides are read where they are numbers, and else are a problem before the start", () => {
  const overrides = { train: { memory_gb: 0.5, timeout_seconds: 60 } };
  expect(parseRunInput({ overrides })).toEqual({ ok: true, value: { ...defaults, overrides } });
  expect(parseRunInput({ overrides: null })).toEqual({ ok: true, value: defaults });
  const wrong = { a: { memory_gb: "4" }, b: { timeout_seconds: 1.5 }, c: { memroy_gb: 4 }, d: 1 };
  const message = (step: string): string =>
    `overrides.${step} has memory_gb, a number, and timeout_seconds, a whole one`;
  const parsed = parseRunInput({ overrides: wrong });
  expect(parsed.ok ? [] : parsed.error.map((one) => one.message)).toEqual(
    Object.keys(wrong).map(message),
  );
  expect(readRunInput({ overrides: wrong })).toEqual({
    ...defaults,
    overrides: { b: { timeout_seconds: 1.5 } },
  });
});
