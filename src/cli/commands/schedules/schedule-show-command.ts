import { defineCommand } from "../definition.ts";
import { projectParameter } from "../parameters.ts";

export const scheduleShowCommand = defineCommand({
  brief: "Show a project's schedule and its next fires",
  environment: "any",
  arguments: [projectParameter],
  examples: [["esteira schedule show recsys -e prd"]],
});
