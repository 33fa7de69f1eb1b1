import { expect, test } from "vitest";
import { linesOf } from "./fixtures/checked.ts";

/** What is advised for one wrong value. */
function advised(config: string): string {
  return linesOf(config).join("\n").replaceAll(/^.*; /gm, "");
}

const step = (fields: string) => `batch: {pipeline: {steps: [{id: a, command: b, ${fields}}]}}`;

test.each([
  ["schedule: {timeout_seconds: 1h}", "write 3600, without quotes or a unit"],
  ["schedule: {timeout_seconds: 90 min}", "write 5400, without quotes or a unit"],
  ['schedule: {timeout_seconds: "600"}', "write 600, without quotes or a unit"],
  [step("resources: {memory_gb: 4GB}"), "write 4, without quotes or a unit"],
  [step("resources: {memory_gb: 512Mi}"), "write 0.5, without quotes or a unit"],
  [step('resources: {cpu: "500m"}'), "write 0.5, without quotes or a unit"],
  [step("resources: {memory_gb: '1,5'}"), "write 1.5, without quotes or a unit"],
  [step("resources: {cpu: '0,25'}"), "write 0.25, without quotes or a unit"],
  ["schedule: {timeout_seconds: '1,5 h'}", "write 5400, without quotes or a unit"],
  ['schedule: {timeout_seconds: "3,600"}', "write 3600, without quotes or a unit"],
  // What a unit means that the field hasn't isn't guessed.
  [step("resources: {memory_gb: 4 apples}"), "Memory in GiB; more is killed. Default: 2."],
])("a number in %s: %s", (config, remedy) => {
  expect(linesOf(config).join("\n")).toMatch(new RegExp(`; ${remedy.replaceAll(".", "\\.")}$`));
});

test.each([
  ["sim", "true"],
  ["Verdadeiro", "true"],
  ["não", "false"],
  ["falso", "false"],
  ["off", "false"],
])("the word %s where true or false is asked", (word, meant) => {
  expect(advised(`schedule: {enabled: ${word}}`)).toBe(`write ${meant}, without quotes`);
});

test("what has another shape", () => {
  expect(
    [
      "batch: {pipeline: {steps: {extract: {command: x}}}}",
      "notifications: {on_success: a@example.com}",
      "runtime: {env_vars: [A=1]}",
      "schedule:\n  retries:2",
      "owners: ml-team@example.com",
      "test: {command: [pytest, -q]}",
      "description: [{a: 1}]",
    ]
      .map(advised)
      .join("\n"),
  ).toMatchInlineSnapshot(`
    "write a list: a line for each, starting with "- ", as in "- id: extract"
    write a list: a line for each, starting with "- "
    write a line "NAME: value" for each, indented
    put a space after the colon
    write its fields, each on a separate line and indented: tech_owner, business_owner
    write it as one text: "pytest -q"
    What the project does, in one sentence."
  `);
});
