import { defineCommand } from "../definition.ts";
import { projectParameter } from "../parameters.ts";

export const checksCommand = defineCommand({
  brief: "Show what the checks of a project said over its runs",
  more: "A line a check: its values in the last runs as bars, the last value, and what was asked.",
  environment: "any",
  arguments: [projectParameter],
  examples: [["esteira checks recsys -e prd"]],
});
