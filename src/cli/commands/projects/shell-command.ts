import { defineCommand } from "../definition.ts";
import { listFlag, textFlag } from "../flags.ts";
import { optional, projectParameter } from "../parameters.ts";
import { proposeEnvironments, proposeParams, proposeRuns, proposeSteps } from "../proposals.ts";

export const shellCommand = defineCommand({
  brief: "Open a shell where a project's step runs",
  more: "In a copy of your working copy, with the step's Python, variables, secrets and what earlier steps left; in its container where steps run in containers. What is done there is nothing of any run, and goes with the shell.",
  environment: "any",
  arguments: [
    projectParameter,
    optional({
      brief: "The step (default: the last one)",
      placeholder: "STEP",
      parse: String,
      proposeCompletions: proposeSteps,
    }),
  ],
  flags: {
    from: {
      ...textFlag("RUN", "Run whose artifacts are there (default: the project's last one)"),
      proposeCompletions: proposeRuns,
    },
    "from-env": {
      ...textFlag("ENV", "Environment of that run, such as prd; secrets and ENV stay this one's"),
      proposeCompletions: proposeEnvironments,
    },
    param: {
      ...listFlag("NAME=VALUE", "A run parameter"),
      short: "p",
      proposeCompletions: proposeParams,
    },
    item: textFlag("TEXT", "Item of a step with for_each (default: its first)"),
  },
  examples: [
    ["esteira shell recsys train"],
    ["esteira shell recsys train --from 4f9a1c --from-env prd", "on what ran in prd"],
  ],
});
