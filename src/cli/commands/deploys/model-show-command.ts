import { defineCommand } from "../definition.ts";
import { projectParameter } from "../parameters.ts";

export const modelShowCommand = defineCommand({
  brief: "Show which version a deploy would take, and why",
  more: "What the environment asks for, what the gate says, the metrics of the run that made it, and the versions that are in a stage or have an alias.",
  environment: "any",
  arguments: [projectParameter],
  examples: [["esteira model show recsys -e prd"]],
});
