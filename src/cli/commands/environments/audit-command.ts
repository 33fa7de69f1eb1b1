import { defineCommand } from "../definition.ts";
import { limitFlag } from "../flags.ts";
import { optional, projectParameter } from "../parameters.ts";

export const auditCommand = defineCommand({
  brief: "List who changed what, newest first",
  environment: "any",
  arguments: [optional(projectParameter)],
  flags: { limit: limitFlag },
  examples: [["esteira audit -e prd"], ["esteira audit recsys -e prd -n 5", "of one project"]],
});
