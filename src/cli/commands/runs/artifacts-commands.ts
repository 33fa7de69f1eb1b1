import { defineCommand } from "../definition.ts";
import { booleanFlag, listFlag, pathFlag } from "../flags.ts";
import { optional, runParameter } from "../parameters.ts";
import { proposeSteps } from "../proposals.ts";

const stepParameter = optional({
  brief: "Only what this step left",
  placeholder: "STEP",
  parse: String,
  proposeCompletions: proposeSteps,
});

export const artifactsLsCommand = defineCommand({
  brief: "List the files that the steps of a run left",
  environment: "any",
  arguments: [runParameter, stepParameter],
  examples: [
    ["esteira artifacts ls recsys", "the latest run of a project"],
    ["esteira artifacts ls 4f9a1c train -e prd"],
  ],
});

export const artifactsGetCommand = defineCommand({
  brief: "Fetch the files that the steps of a run left",
  more: "Each file arrives whole or not at all, and is compared with the content that its step left. Nothing that is there already is replaced without --force.",
  environment: "any",
  arguments: [runParameter, stepParameter],
  flags: {
    path: listFlag("GLOB", "Only files whose names match, such as train/*.pkl; may be repeated"),
    to: pathFlag("FOLDER", "Folder to put them in (default: artifacts-RUN)"),
    force: booleanFlag("Replace files that are there already"),
  },
  examples: [
    ["esteira artifacts get recsys"],
    ["esteira artifacts get 4f9a1c train --path 'train/*.pkl' --to models -e prd"],
  ],
});

export const artifactsOpenCommand = defineCommand({
  brief: "Open the folder of what a run left, or its page in AWS's console",
  environment: "any",
  arguments: [runParameter, stepParameter],
  examples: [["esteira artifacts open recsys"], ["esteira artifacts open 4f9a1c train -e prd"]],
});
