import { defineCommand } from "../definition.ts";
import { enumFlag, limitFlag } from "../flags.ts";
import { optional, projectParameter } from "../parameters.ts";

const statusNames = ["running", "succeeded", "failed", "timed_out", "aborted"] as const;

export const runsCommand = defineCommand({
  brief: "List runs, newest first",
  environment: "any",
  arguments: [optional(projectParameter)],
  flags: {
    limit: limitFlag,
    status: { ...enumFlag(statusNames, "Only runs in this state"), placeholder: "STATE" },
  },
  examples: [
    ["esteira runs"],
    ["esteira runs recsys --status failed -n 5", "the last five that failed"],
  ],
});
