import { expect, test } from "vitest";

import { compilePipeline } from "../pipeline/compile.ts";
import { project, sequence, target } from "../pipeline/fixtures/project.ts";
import type { Release } from "../release/release.ts";
import { runInput } from "../runs/input.ts";
import type { RunInput } from "../runs/model.ts";
import { checkInput } from "./check-input.ts";

const steps = sequence("extract", "train", "report");
const release = {
  project: "recsys",
  platform: "aws",
  parameters: [],
  steps,
  model: {},
  capacity: { instanceTypes: ["t3.small", "m5.large"] },
  definition: compilePipeline(project({ steps }), target),
} as unknown as Release;

/** Why a run with these overrides is refused; undefined where it isn't. */
function why(
  overrides: NonNullable<RunInput["overrides"]>,
  changes: Partial<Release> = {},
): string | undefined {
  const input = runInput({ overrides, skip: ["extract"] });
  const checked = checkInput({ ...release, ...changes }, input);
  return checked.ok ? undefined : `${checked.error.message}. ${checked.error.help}`;
}

test("what fits on an instance and into the run is taken", () => {
  expect(why({ train: { memory_gb: 7, timeout_seconds: 100_000 } })).toBeUndefined();
});

test("more memory than every type of the project has is refused before the start", () => {
  expect(why({ train: { memory_gb: 8 } })).toBe(
    "step train of recsys would need 8 GB, but no instance type of the project has that much for steps: t3.small, m5.large. Give it at most 7.1 GB, or choose a larger type in infra.compute and deploy.",
  );
  expect(why({ train: { memory_gb: 8 } }, { platform: "local" })).toBeUndefined();
});

test("more time than the run as a whole has is refused", () => {
  expect(why({ train: { timeout_seconds: 1_000_000 } })).toBe(
    "step train of recsys would have 11 d 13 h, but the run as a whole is ended after 1 d 21 h. Give it at most 161550 seconds, or raise its timeout_seconds in config.yaml and deploy.",
  );
});

test("a step that doesn't run, or that there isn't, is refused", () => {
  expect(why({ extract: { memory_gb: 1 } })).toBe(
    "step extract of recsys doesn't run here: it has succeeded, or was left out. The steps that run are train, report. `--from extract` runs it again, with all that comes after it.",
  );
  expect(why({ trian: { memory_gb: 1 } })).toBe(
    "recsys has no step trian. Its steps: extract, train, report.",
  );
});

test("a definition that doesn't read overrides is refused: nothing would come of them", () => {
  const definition = JSON.parse(
    JSON.stringify(release.definition, (key, value: unknown) => (key === "Memory" ? 2048 : value)),
  ) as NonNullable<Release["definition"]>;
  expect(why({ train: { memory_gb: 1 } }, { definition })).toBe(
    "the definition that is deployed of recsys can't give step train other limits for one run. It was compiled before there were such, or the step's state is the project's own: change resources.memory_gb or timeout_seconds in config.yaml and deploy.",
  );
});
