import { defineCommand } from "../definition.ts";
import { optional, runParameter } from "../parameters.ts";

export const statusCommand = defineCommand({
  brief: "Show the state of the projects, or of one run step by step",
  more: "Without an argument: each project's deployed release, last run and next run. With one: its steps, what went wrong and what to do.",
  environment: "any",
  arguments: [optional(runParameter)],
  examples: [
    ["esteira status"],
    ["esteira status recsys", "the latest run of a project"],
    ["esteira status 4f9a1c", "a run by the end of its id"],
  ],
});
