import { defineCommand } from "../definition.ts";
import { runParameter } from "../parameters.ts";

export const stopCommand = defineCommand({
  brief: "Stop a run: its steps end and it becomes aborted",
  environment: "any",
  arguments: [runParameter],
  examples: [["esteira stop recsys"], ["esteira stop recsys-20260131T030000Z-4f9a1c"]],
});
