import { defineCommand } from "../definition.ts";
import { optional, projectParameter } from "../parameters.ts";
import { proposeSteps } from "../proposals.ts";
import { trialFlags } from "./trial-flags.ts";

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
    ...trialFlags("Run whose artifacts are there"),
  },
  examples: [
    ["esteira shell recsys train"],
    ["esteira shell recsys train --from 4f9a1c --from-env prd", "on what ran in prd"],
  ],
});
