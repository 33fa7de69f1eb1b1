import { defineCommand } from "../definition.ts";
import { limitFlag } from "../flags.ts";
import { optional, projectParameter } from "../parameters.ts";

const statusNames = ["running", "succeeded", "failed", "timed_out", "aborted"] as const;

/** In any case, and as Step Functions writes it: `TIMED_OUT`. */
function parseStatus(input: string): (typeof statusNames)[number] {
  const word = input.toLowerCase().replaceAll("-", "_");
  const status = statusNames.find((name) => name === word);
  if (status === undefined) throw new Error(`it is one of ${statusNames.join(", ")}`);
  return status;
}

export const runsCommand = defineCommand({
  brief: "List runs, newest first",
  environment: "any",
  arguments: [optional(projectParameter)],
  flags: {
    limit: limitFlag,
    status: {
      kind: "parsed",
      parse: parseStatus,
      placeholder: "STATE",
      brief: `Only runs in this state: ${statusNames.join(", ")}`,
      optional: true,
    },
  },
  examples: [
    ["esteira runs"],
    ["esteira runs recsys --status failed -n 5", "the last five that failed"],
  ],
});
