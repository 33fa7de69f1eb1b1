import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, test } from "vitest";

import { parseSavedPlan, readSavedPlan } from "./saved-plan.ts";

const whole = {
  schema: 1,
  plan: { environment: "dev", projects: [{ project: "recsys" }] },
  accountId: "123456789012",
  region: "us-east-1",
  plannedAt: 1,
  actor: "ana",
  adopt: false,
  options: {},
  observed: {},
};

test.each<[string, unknown]>([
  ["a project that is null", { ...whole, plan: { environment: "dev", projects: [null] } }],
  ["no plan", { ...whole, plan: null }],
  ["options that are null", { ...whole, options: null }],
  ["hashes that are numbers", { ...whole, observed: { recsys: 1 } }],
  ["a list", []],
  ["nothing", null],
])("%s makes it no saved plan", (_what, value) => {
  expect(parseSavedPlan(JSON.stringify(value))).toBeUndefined();
});

test("a folder in its place is named as no plan, a missing file as missing", () => {
  expect(parseSavedPlan(JSON.stringify(whole))).toEqual(whole);
  const folder = mkdtempSync(join(tmpdir(), "esteira-saved-plan-"));
  const host = { cwd: folder } as Parameters<typeof readSavedPlan>[0];
  expect(readSavedPlan(host, ".")).toMatchObject({
    ok: false,
    error: { message: ". is not a plan that this version of Esteira has saved" },
  });
  expect(readSavedPlan(host, "plan.json")).toMatchObject({
    ok: false,
    error: { message: "there is no file plan.json" },
  });
  writeFileSync(join(folder, "plan.json"), JSON.stringify(whole));
  expect(readSavedPlan(host, "plan.json")).toEqual({ ok: true, value: whole });
  rmSync(folder, { recursive: true });
});
