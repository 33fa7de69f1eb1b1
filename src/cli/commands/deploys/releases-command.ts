import { defineCommand } from "../definition.ts";
import { projectParameter } from "../parameters.ts";

export const releasesCommand = defineCommand({
  brief: "List what was deployed of a project",
  more: "The releases that are kept, newest first, with who deployed them and from which commit.",
  environment: "any",
  arguments: [projectParameter],
  examples: [["esteira releases recsys -e prd"]],
});
