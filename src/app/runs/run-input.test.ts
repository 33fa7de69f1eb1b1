import { expect, test } from "vitest";

import { projectName, stepId } from "../../core/ids.ts";
import type { Release } from "../../release/release.ts";
import { runInput, type RunWishes } from "./run-input.ts";

const nothing: RunWishes = {
  params: [],
  from: undefined,
  only: [],
  actor: "ana",
  origin: "recsys-20260130T030000Z-aaaaaa",
};

const step = (
  id: string,
  ...before: string[]
): Pick<Release["steps"][number], "id" | "dependsOn"> => ({
  id: stepId(id),
  dependsOn: before.map(stepId),
});

/** list -> describe -> report, check -> report */
const release = {
  project: projectName("fleet"),
  steps: [
    step("list"),
    step("describe", "list"),
    step("check"),
    step("report", "describe", "check"),
  ],
  parameters: [
    { name: "top", default: "5", description: "" },
    { name: "country", default: "BR", description: "" },
  ],
} as unknown as Release;

test("nothing wished for is a plain run with its own artifacts", () => {
  expect(runInput(release, nothing)).toEqual({
    ok: true,
    value: {
      params: {},
      only: [],
      skip: [],
      scheduled_time: null,
      origin: null,
      trigger: "manual",
      actor: "ana",
    },
  });
});

test("--from leaves out what isn't behind the step, and continues with the artifacts of before", () => {
  const input = runInput(release, { ...nothing, from: "describe" });
  expect(input).toMatchObject({
    value: { only: [], skip: ["list", "check"], origin: "recsys-20260130T030000Z-aaaaaa" },
  });
});

test("--only names steps", () => {
  const input = runInput(release, { ...nothing, only: ["check", "list"], origin: undefined });
  expect(input).toMatchObject({ value: { only: ["check", "list"], skip: [], origin: null } });
});

test("a parameter's value may hold anything, also an equals sign or nothing", () => {
  const input = runInput(release, { ...nothing, params: ["top=a=b", "country="] });
  expect(input).toMatchObject({ value: { params: { top: "a=b", country: "" } } });
});

test.each([
  [{ params: ["top"] }, "--param top has no value", "Write it as name=value."],
  [{ params: ["=5"] }, "--param =5 has no value", "Write it as name=value."],
  [{ params: ["tpo=5"] }, "fleet has no parameter tpo", "Did you mean top?"],
  [{ params: ["top=1", "top=2"] }, "--param top is given twice", "Give it once."],
  [{ from: "report", only: ["list"] }, "--from and --only exclude each other", "Give one of them."],
  [{ only: ["train"] }, "fleet has no step train", "Its steps are list, describe, check, report."],
])("what can't be: %j", (wishes, message, help) => {
  expect(runInput(release, { ...nothing, ...wishes })).toMatchObject({
    ok: false,
    error: { message, help },
  });
});
