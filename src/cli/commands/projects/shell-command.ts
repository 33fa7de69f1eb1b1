import { defineCommand } from "../definition.ts";
import { booleanFlag, textFlag } from "../flags.ts";
import { optional } from "../parameters.ts";
import { proposeProjects, proposeSteps } from "../proposals.ts";
import { trialFlags } from "./trial-flags.ts";

export const shellCommand = defineCommand({
  brief: "Open a shell where a project's step runs",
  more: "In a copy of your working copy, with the step's Python, variables, secrets and what earlier steps left; in its container where steps run in containers. What is done there is nothing of any run, and goes with the shell.",
  environment: "any",
  arguments: [
    {
      brief: "Name of a project; with --step a run",
      placeholder: "PROJECT|RUN",
      parse: String,
      proposeCompletions: proposeProjects,
    },
    optional({
      brief: "The step (default: the last one)",
      placeholder: "STEP",
      parse: String,
      proposeCompletions: proposeSteps,
    }),
  ],
  flags: {
    ...trialFlags("Run whose artifacts are there"),
    step: {
      ...textFlag("STEP", "Where this step failed in the run that is named, while that is held"),
      proposeCompletions: proposeSteps,
    },
    "end-hold": booleanFlag("With --step: give its place up when the shell has ended"),
  },
  examples: [
    ["esteira shell recsys train"],
    ["esteira shell recsys train --from 4f9a1c --from-env prd", "on what ran in prd"],
    ["esteira shell 4f9a1c --step train", "where it failed, after run --hold-on-failure"],
  ],
});
