import { defineCommand } from "../definition.ts";
import { booleanFlag, yesFlag } from "../flags.ts";

export const bootstrapCommand = defineCommand({
  brief: "Make what an environment on AWS needs once",
  more: "Roles, the bucket, the tasks' security group, queue and log groups: an administrator's work, which deploys build on. Shows the plan and asks first; run it again after a change of esteira.yaml or of Esteira.",
  environment: "named",
  flags: {
    adopt: booleanFlag("Take over what has the right name and nobody owns yet"),
    yes: yesFlag,
  },
  examples: [["esteira bootstrap -e dev"], ["esteira bootstrap -e prd --yes", "without asking"]],
});
