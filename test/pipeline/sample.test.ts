import { expect, test } from "vitest";

import type { HistoryEvent } from "../../src/core/history.ts";
import type { Json } from "../../src/core/json.ts";
import { project, step } from "../../src/pipeline/fixtures/project.ts";
import { run } from "./run.ts";

/** What tasks were given of the variables that differ in a sample. */
function given(history: readonly HistoryEvent[]): string[] {
  return history.flatMap(({ type, details }) => {
    if (type !== "TaskScheduled" || details["resourceType"] !== "ecs") return [];
    const { Overrides } = details["parameters"] as unknown as {
      Overrides: {
        ContainerOverrides: { Environment: { Name: string; Value: string }[] }[];
      };
    };
    const variables = Overrides.ContainerOverrides[0]?.Environment ?? [];
    const own = variables.filter(({ Name }) => /^(ROWS|MODE|ESTEIRA_PARAM_.*)$/.test(Name));
    return [own.map(({ Name, Value }) => `${Name}=${Value}`).join(" ")];
  });
}

const runtime = { ...project().runtime, environmentVariables: { MODE: "whole" } };
const items = Array.from({ length: 41 }, (_, at) => `${at}`);

test.each<[Json, string]>([
  [{ sample: true }, "ROWS=100 MODE=quick ESTEIRA_PARAM_TOP=1 ESTEIRA_PARAM_COUNTRY=BR"],
  [
    { sample: true, params: { top: "7" } },
    "ROWS=100 MODE=quick ESTEIRA_PARAM_TOP=7 ESTEIRA_PARAM_COUNTRY=BR",
  ],
  [{}, "ROWS=all MODE=whole ESTEIRA_PARAM_TOP=50 ESTEIRA_PARAM_COUNTRY=BR"],
  [{ sample: "yes" }, "ROWS=all MODE=whole ESTEIRA_PARAM_TOP=50 ESTEIRA_PARAM_COUNTRY=BR"],
])("%j: parameters and variables have their values for it", async (input, variables) => {
  const quick = {
    environmentVariables: { ROWS: "all" },
    sampleEnv: { ROWS: "100", MODE: "quick" },
  };
  for (const forEach of [undefined, { kind: "items", items, maxConcurrency: 41 } as const]) {
    const { status, history } = await run(
      project({
        runtime,
        parameters: [
          { name: "top", default: "50", description: "", sample: "1" },
          { name: "country", default: "BR", description: "" },
        ],
        steps: [step("train-all", { ...quick, forEach })],
      }),
      input,
    );
    expect(status).toBe("SUCCEEDED");
    expect([...new Set(given(history))]).toEqual([variables]);
  }
});
