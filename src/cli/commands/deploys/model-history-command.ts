import { defineCommand } from "../definition.ts";
import { projectParameter } from "../parameters.ts";

export const modelHistoryCommand = defineCommand({
  brief: "Show where versions of a project's model were put, and what used them",
  more: "From the audit trail and the releases that are kept, newest first: MLflow keeps none of it.",
  environment: "any",
  arguments: [projectParameter],
  examples: [["esteira model history recsys -e prd"]],
});
