import { defineCommand } from "../definition.ts";
import { optional, runParameter } from "../parameters.ts";

export const notifyRetryCommand = defineCommand({
  brief: "Notify again those who couldn't be notified",
  more: "At once, without waiting for the next try; of a run that is named, also whom Esteira had given up. Exit code 1 when somebody wasn't reached.",
  environment: "any",
  arguments: [optional(runParameter)],
  examples: [
    ["esteira notify retry", "all that waits"],
    ["esteira notify retry 4f9a1c", "of one run"],
  ],
});
