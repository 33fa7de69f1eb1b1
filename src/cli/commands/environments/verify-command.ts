import { defineCommand } from "../definition.ts";
import { projectParameter } from "../parameters.ts";

export const verifyCommand = defineCommand({
  brief: "Check that an account has what projects need",
  more: "Looks at bootstrap, network, images, secrets, instance types and quotas; reads only. What is missing comes with its remedy.",
  environment: "named",
  arguments: { each: projectParameter },
  examples: [["esteira verify -e dev"], ["esteira verify recsys -e prd", "for one project"]],
});
