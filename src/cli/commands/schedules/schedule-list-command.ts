import { defineCommand } from "../definition.ts";

export const scheduleListCommand = defineCommand({
  brief: "List the schedules of what is deployed",
  more: "In words, with the next fire in the schedule's zone, and who or what has disabled those that don't fire.",
  environment: "any",
  examples: [["esteira schedule list -e prd"]],
});
