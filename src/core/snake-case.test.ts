import { expect, test } from "vitest";

import { snakeCased } from "./snake-case.ts";

test("fields are named as configuration names them, what people named stays", () => {
  const steps = [{ id: "scoreAll", forEach: { maxConcurrency: 4, items: ["aB"] } }];
  const environment = { someName: { innerName: 1 }, MLFLOW_URI: null };
  expect(
    snakeCased({ steps, environment, testCommand: undefined }, new Set(["environment"])),
  ).toEqual({
    steps: [{ id: "scoreAll", for_each: { max_concurrency: 4, items: ["aB"] } }],
    environment,
    test_command: undefined,
  });
});
