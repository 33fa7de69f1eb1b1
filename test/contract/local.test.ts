import { mkdirSync } from "node:fs";
import { join } from "node:path";

import type { JsonObject } from "../../src/core/json.ts";
import { makeRelease, makeWorkspace, openPlatform, taskState } from "../local/fixture.ts";
import type { Behaviour, ContractProject } from "./harness.ts";
import { platformContract } from "./platform.ts";

const scripts: Readonly<Record<Behaviour, (id: string) => string>> = {
  succeeds: (id) => `echo "${id} says hello"\n`,
  fails: (id) => `echo "${id} gives up"\nexit 3\n`,
  "fails-once": (id) =>
    `mark="$MARKS/$ORIGIN.${id}"\nif [ -e "$mark" ]; then echo "${id} says hello"; exit 0; fi\ntouch "$mark"\necho "${id} gives up"\nexit 3\n`,
  waits: (id) => `echo "${id} waits"\nexec sleep 3600\n`,
};

/** Steps one after the other, each behind a choice that knows the run input's `skip`. */
function definitionOf(project: ContractProject): JsonObject {
  const ids = Object.keys(project.steps);
  const origin =
    "{% $states.context.Execution.Input.origin ? $states.context.Execution.Input.origin : $states.context.Execution.Name %}";
  const states: Record<string, JsonObject> = { done: { Type: "Succeed" } };
  for (const [index, id] of ids.entries()) {
    const following = ids[index + 1];
    const next = following === undefined ? "done" : `if ${following}`;
    const condition = `{% '${id}' in $states.context.Execution.Input.skip %}`;
    states[`if ${id}`] = {
      Type: "Choice",
      Choices: [{ Condition: condition, Next: next }],
      Default: id,
    };
    states[id] = taskState(id, { environment: { ORIGIN: origin }, Next: next });
  }
  return {
    QueryLanguage: "JSONata",
    // A machine that begins where there is nothing can't be deployed.
    StartAt: project.broken === true ? "nowhere" : `if ${ids[0] ?? ""}`,
    States: states,
  };
}

platformContract("local", async () => {
  const workspace = makeWorkspace();
  const marks = join(workspace.root, "marks");
  mkdirSync(marks);
  const platform = await openPlatform(workspace.root);
  return {
    platform,
    another: () => openPlatform(workspace.root),
    release: (project) => {
      const steps = Object.entries(project.steps).map(([id, behaviour]) => [
        id,
        scripts[behaviour](id),
      ]);
      const { name, version = "1.0.0" } = project;
      return makeRelease(workspace.root, {
        name,
        version,
        steps: Object.fromEntries(steps) as Record<string, string>,
        definition: definitionOf(project),
        changes: {
          schedule: project.schedule,
          task: {
            environment: { MARKS: marks },
            secrets: {},
            taskRoleArn: undefined,
            resources: { cpu: 0.01, memoryGb: 0.1, gpu: 0 },
          },
        },
      });
    },
    close: async () => {
      await platform.close();
      workspace[Symbol.dispose]();
    },
  };
});
