import { defineCommand } from "../definition.ts";
import { projectParameter } from "../parameters.ts";

export const modelListCommand = defineCommand({
  brief: "List all versions of a project's model, newest first",
  environment: "any",
  arguments: [projectParameter],
  examples: [["esteira model list recsys -e prd"]],
});
