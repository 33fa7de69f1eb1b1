import { defineCommand } from "../definition.ts";
import { projectParameter } from "../parameters.ts";
import { reasonFlag } from "./reason-flag.ts";

export const scheduleEnableCommand = defineCommand({
  brief: "Give a disabled schedule back to what is deployed",
  more: "Lifts what `schedule disable` did. A schedule that its config or its environment disables stays so.",
  environment: "any",
  arguments: [projectParameter],
  flags: { reason: reasonFlag },
  examples: [["esteira schedule enable recsys -e prd"]],
});
