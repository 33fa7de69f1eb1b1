import { describe, expect, test } from "vitest";
import { checkWorkspace } from "../../src/config/check.ts";
import type { Step } from "../../src/config/model.ts";
import { environmentName, stepId } from "../../src/core/ids.ts";
import { isJsonObject, type Json } from "../../src/core/json.ts";
import { project, step } from "../../src/pipeline/fixtures/project.ts";
import { checkInput } from "../../src/platform/check-input.ts";
import { makeRelease } from "../../src/release/build.ts";
import type { Release } from "../../src/release/release.ts";
import { runInput } from "../../src/runs/input.ts";
import { run } from "./run.ts";

const { workspace } = checkWorkspace(new TextEncoder().encode("workspace: acme\n"), "acme");
const parameters = [{ name: "country", default: "BR", description: "" }];
const projectOf = (steps: readonly Step[]) => project({ steps, parameters });

function releaseOf(steps: readonly Step[]): Release {
  const local = workspace.environments.get(environmentName("local"));
  if (local === undefined) throw new Error("there is always a local environment");
  return makeRelease(projectOf(steps), workspace, local, "hash").release;
}

const steps = [
  step("extract", { environmentVariables: { TABLE: "x".repeat(500) } }),
  step("each", {
    after: ["extract"],
    forEach: { kind: "items", items: ["short", "y".repeat(300)], maxConcurrency: 2 },
  }),
];
const country = (length: number) => ({ params: { country: "z".repeat(length) } });

describe("what a run is started with fits into its tasks", () => {
  test("a parameter of 9,000 characters is refused before anything is started", () => {
    expect(checkInput(releaseOf(steps), runInput(country(9000)))).toEqual({
      ok: false,
      error: {
        reason: "limit",
        message: expect.stringMatching(
          /^with these parameters, step extract of recsys needs about 10,\d{3} characters of command and variables; a task takes 8,192$/,
        ) as string,
        help: "Leave what is large among the artifacts and give a parameter that says where it is.",
        resource: "recsys",
      },
    });
    expect(checkInput(releaseOf(steps), runInput(country(5000)))).toMatchObject({ ok: true });
  });

  test("a value that no variable can hold", () => {
    const given = runInput({ params: { country: "a\0b" } });
    expect(checkInput(releaseOf(steps), given)).toEqual({
      ok: false,
      error: {
        reason: "invalid",
        message: "the value of country has a NUL character, which no variable of a step can hold",
        help: "Give it without.",
        resource: "recsys",
      },
    });
  });

  test("only steps that run count", () => {
    const input = (more: object) => runInput({ ...country(6700), ...more });
    const one = releaseOf([step("extract", { command: "x".repeat(2000) }), step("small")]);
    expect(checkInput(one, input({}))).toMatchObject({ ok: false });
    expect(checkInput(one, input({ only: ["small"] }))).toMatchObject({ ok: true });
    expect(checkInput(one, input({ skip: ["extract"] }))).toMatchObject({ ok: true });
  });

  test("an input over 256 KiB is refused, whatever it is for", () => {
    expect(checkInput(releaseOf(steps), runInput(country(300_000)))).toMatchObject({
      error: {
        reason: "limit",
        message: `the input of a run of recsys has ${JSON.stringify(runInput(country(300_000))).length.toLocaleString("en-US")} bytes; a run takes 262,144 at most`,
      },
    });
  });

  test.each([0, 1, 2])(
    "the count is what the tasks get, within 150 characters (%i)",
    async (seed) => {
      const shapes = [
        steps,
        [step("quotes", { command: `echo "a" 'b' ${"\\".repeat(50)}` })],
        [
          step("list"),
          step("each", {
            after: ["list"],
            forEach: { kind: "artifact", step: stepId("list"), file: "l.json", maxConcurrency: 1 },
          }),
        ],
      ];
      const shape = shapes[seed] ?? steps;
      const ran = await run(projectOf(shape), country(1000), [
        { state: "Read items of each", output: { Body: "[1]" } },
      ]);
      const real = Math.max(...ran.history.map(({ details }) => overrides(details["parameters"])));
      // The parameter that just doesn't fit says what was counted.
      const release = releaseOf(shape);
      let length = 1000;
      while (checkInput(release, runInput(country(length))).ok) length += 1;
      expect(Math.abs(real + (length - 1000) - 8193)).toBeLessThan(150);
    },
  );
});

function overrides(parameters: Json | undefined): number {
  const given = isJsonObject(parameters) ? parameters["Overrides"] : undefined;
  return given === undefined ? 0 : JSON.stringify(given).length;
}
