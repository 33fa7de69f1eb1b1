import { expect, test } from "vitest";

import { checkWorkspace } from "../config/check.ts";
import type { Environment, Project, Step } from "../config/model.ts";
import { environmentName } from "../core/ids.ts";
import { project, step } from "../pipeline/fixtures/project.ts";
import { outputsVariable } from "./step-sheet.ts";

const { workspace } = checkWorkspace(undefined, "acme");
const local = workspace.environments.get(environmentName("local")) as Environment;

interface Cached {
  readonly command: string;
  readonly variables: readonly string[];
}

/** What the helper is given to know an equal step by. */
function cached(step_: Partial<Step>, changes: Partial<Project> = {}): Cached {
  const made = project({ steps: [step("extract", { cache: {}, ...step_ })], ...changes });
  const { ESTEIRA_OUTPUTS: text = "" } = outputsVariable(made, local, {
    sourceHash: "1",
    variables: [],
  });
  const sheet = JSON.parse(text) as { steps: { extract: { cache: Cached } } };
  return sheet.steps.extract.cache;
}

test("the time or the date of a run counts where the command names it, and there alone", () => {
  const variables = (command: string) => cached({ command }).variables;
  expect(variables("python extract.py")).toEqual(["ESTEIRA_MODEL_URI"]);
  expect(variables("python extract.py --date $ESTEIRA_SCHEDULED_DATE")).toEqual([
    "ESTEIRA_MODEL_URI",
    "ESTEIRA_SCHEDULED_DATE",
  ]);
  expect(variables('python extract.py "${ESTEIRA_SCHEDULED_TIME%T*}"')).toEqual([
    "ESTEIRA_MODEL_URI",
    "ESTEIRA_SCHEDULED_TIME",
  ]);
});

test("what config.yaml says of outputs, resources and names of secrets counts with the command", () => {
  const { runtime } = project();
  const secret = (name: string) => ({ source: "ssm" as const, name });
  const withSecrets = (secrets: Project["runtime"]["secrets"]) =>
    cached({}, { runtime: { ...runtime, secrets } }).command;
  const all = [
    cached({}).command,
    cached({ command: "other" }).command,
    cached({ outputs: ["out/"] }).command,
    cached({ resources: { ...step("a").resources, memoryGb: 64 } }).command,
    withSecrets({ TOKEN: secret("a") }),
  ];
  expect(new Set(all).size).toBe(all.length);
  // Where a secret is kept changes nothing, nor does the order in which they were written.
  expect(withSecrets({ TOKEN: secret("b") })).toBe(all.at(-1));
  expect(withSecrets({ A: secret("a"), B: secret("b") })).toBe(
    withSecrets({ B: secret("b"), A: secret("a") }),
  );
});
