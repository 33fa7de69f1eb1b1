import { isJsonObject, type Json, type JsonObject } from "../core/json.ts";
import { err, ok, type Result } from "../core/result.ts";
import type { CacheMode, RunInput, Trigger } from "./model.ts";
import { arrivedOf } from "./arrived.ts";
import { readOverrides } from "./overrides.ts";

/** What is wrong with a text or document that was to start a run. */
export interface InputProblem {
  /** Dotted path: `params.top`; empty for the input as a whole. */
  readonly field: string;
  /** One sentence without a full stop. */
  readonly message: string;
}

const TRIGGERS = [
  "manual",
  "schedule",
  "backfill",
  "resume",
  "after",
  "on",
] as const satisfies Trigger[];

const CACHE_MODES = ["refresh", "off"] as const satisfies CacheMode[];

/** A run input with the defaults of version 1 for what isn't given. */
export function runInput(given: Partial<RunInput> = {}): RunInput {
  return {
    params: {},
    only: [],
    skip: [],
    scheduled_time: null,
    origin: null,
    trigger: "manual",
    actor: "",
    ...given,
  };
}

/**
 * Reads a run input strictly, for what is about to be started: every field may be missing or null,
 * `only` and `skip` may be one text, a parameter may be any plain value. Everything wrong is
 * reported at once. What a started run makes of its input is for `readRunInput`.
 */
export function parseRunInput(value: Json): Result<RunInput, readonly InputProblem[]> {
  if (!isJsonObject(value)) {
    return err([{ field: "", message: "the input of a run is a JSON object" }]);
  }
  const { params, only, skip, origin, trigger, actor, after, on, overrides } = value;
  const problems = [
    ...unknownFields(value),
    ...paramsProblems(params),
    ...stepListProblems("only", only),
    ...stepListProblems("skip", skip),
    ...instantProblems("scheduled_time", value["scheduled_time"]),
    ...dateProblems("scheduled_date", value["scheduled_date"]),
    ...textProblems("origin", origin),
    ...textProblems("actor", actor),
    ...triggerProblems(trigger),
    ...afterProblems(after),
    ...onProblems(on),
    ...overridesProblems(overrides),
    ...cacheProblems(value["cache"]),
    ...sampleProblems(value["sample"]),
  ];
  return problems.length > 0 ? err(problems) : ok(readRunInput(value));
}

/**
 * Reads the input that a run was started with, whatever it is, as the run itself does
 * (`pipeline/prologue.ts`): what is missing, null or of another type has its default.
 */
export function readRunInput(value: Json): RunInput {
  const input: JsonObject = isJsonObject(value) ? value : {};
  const { params, trigger } = input;
  const overrides = readOverrides(input["overrides"]);
  const after = isTexts(input["after"]) ? input["after"] : undefined;
  const on = arrivedOf(input["on"]);
  const date = textOrNull(input["scheduled_date"]);
  return {
    params: Object.fromEntries(
      Object.entries(isJsonObject(params) ? params : {}).flatMap(([name, item]) =>
        item === null ? [] : [[name, typeof item === "string" ? item : JSON.stringify(item)]],
      ),
    ),
    only: texts(input["only"]),
    skip: texts(input["skip"]),
    scheduled_time: textOrNull(input["scheduled_time"]),
    ...(date !== null && isDate(date) ? { scheduled_date: date } : {}),
    origin: textOrNull(input["origin"]),
    trigger: isTrigger(trigger) ? trigger : "manual",
    actor: textOrNull(input["actor"]) ?? "",
    ...(after === undefined ? {} : { after }),
    ...(on === undefined ? {} : { on }),
    ...(overrides === undefined ? {} : { overrides }),
    ...(isCacheMode(input["cache"]) ? { cache: input["cache"] } : {}),
    ...(input["sample"] === true ? { sample: true } : {}),
  };
}

function unknownFields(value: JsonObject): InputProblem[] {
  const known = Object.keys(
    runInput({
      scheduled_date: "",
      after: {},
      on: { count: 0, uris: [] },
      overrides: {},
      cache: "off",
      sample: true,
    }),
  );
  return Object.keys(value)
    .filter((field) => !known.includes(field))
    .map((field) => ({ field, message: `a run input has no field ${field}` }));
}

function paramsProblems(params: Json | undefined): InputProblem[] {
  if (!given(params)) return [];
  if (!isJsonObject(params)) {
    return [{ field: "params", message: "params is an object of names and values" }];
  }
  return Object.entries(params).flatMap(([name, item]) => {
    const message = parameterProblem(item);
    const field = `params.${name}`;
    return message === undefined ? [] : [{ field, message: `${field} is ${message}` }];
  });
}

function parameterProblem(item: Json): string | undefined {
  if (typeof item === "object" && item !== null) return "a text or a number";
  const isRounded =
    typeof item === "number" && Number.isInteger(item) && !Number.isSafeInteger(item);
  return isRounded
    ? "a number that doesn't pass through JSON exactly; write it as text, in quotes"
    : undefined;
}

function stepListProblems(field: string, list: Json | undefined): InputProblem[] {
  if (!given(list) || typeof list === "string" || isTextList(list)) return [];
  return [{ field, message: `${field} is a list of steps` }];
}

function instantProblems(field: string, time: Json | undefined): InputProblem[] {
  if (!given(time) || (typeof time === "string" && isInstant(time))) return [];
  return [{ field, message: `${field} is an instant, such as 2026-01-31T03:00:00Z` }];
}

function dateProblems(field: string, date: Json | undefined): InputProblem[] {
  if (!given(date) || (typeof date === "string" && isDate(date))) return [];
  return [{ field, message: `${field} is a date, such as 2026-01-31` }];
}

function textProblems(field: string, text: Json | undefined): InputProblem[] {
  if (!given(text) || typeof text === "string") return [];
  return [{ field, message: `${field} is a text` }];
}

function triggerProblems(trigger: Json | undefined): InputProblem[] {
  if (!given(trigger) || isTrigger(trigger)) return [];
  return [{ field: "trigger", message: `trigger is one of ${TRIGGERS.join(", ")}` }];
}

function afterProblems(after: Json | undefined): InputProblem[] {
  if (!given(after) || isTexts(after)) return [];
  return [{ field: "after", message: "after is an object of projects and their runs" }];
}

function onProblems(on: Json | undefined): InputProblem[] {
  if (!given(on) || arrivedOf(on) !== undefined) return [];
  const message = "on has count, a number, and uris, a list of texts, or list, a text";
  return [{ field: "on", message }];
}

function isTexts(value: Json | undefined): value is Readonly<Record<string, string>> {
  return isJsonObject(value) && Object.values(value).every((item) => typeof item === "string");
}

function overridesProblems(overrides: Json | undefined): InputProblem[] {
  if (!given(overrides)) return [];
  if (!isJsonObject(overrides)) {
    return [{ field: "overrides", message: "overrides is an object of steps" }];
  }
  return Object.entries(overrides).flatMap(([step, override]): InputProblem[] => {
    const field = `overrides.${step}`;
    const {
      memory_gb: memory,
      timeout_seconds: timeout,
      ...rest
    } = isJsonObject(override) ? override : { override };
    const isPositive = (value: Json | undefined): boolean =>
      value === undefined || (typeof value === "number" && value > 0);
    return Object.keys(rest).length === 0 &&
      isPositive(memory) &&
      isPositive(timeout) &&
      Number.isInteger(timeout ?? 1)
      ? []
      : [{ field, message: `${field} has memory_gb, a number, and timeout_seconds, a whole one` }];
  });
}

function cacheProblems(mode: Json | undefined): InputProblem[] {
  if (!given(mode) || isCacheMode(mode)) return [];
  return [{ field: "cache", message: `cache is one of ${CACHE_MODES.join(", ")}` }];
}

function sampleProblems(sample: Json | undefined): InputProblem[] {
  if (!given(sample) || typeof sample === "boolean") return [];
  return [{ field: "sample", message: "sample is true or false" }];
}

function isCacheMode(mode: Json | undefined): mode is CacheMode {
  return CACHE_MODES.some((one) => one === mode);
}

function given(value: Json | undefined): value is Exclude<Json, null> {
  return value !== undefined && value !== null;
}

function isTextList(value: Json): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

function isTrigger(value: Json | undefined): value is Trigger {
  return TRIGGERS.some((trigger) => trigger === value);
}

function isInstant(text: string): boolean {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(text) && !Number.isNaN(Date.parse(text));
}

function isDate(text: string): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(text);
}

function texts(value: Json | undefined): string[] {
  const list = Array.isArray(value) ? (value as readonly Json[]) : [value];
  return list.filter((item) => typeof item === "string");
}

function textOrNull(value: Json | undefined): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}
