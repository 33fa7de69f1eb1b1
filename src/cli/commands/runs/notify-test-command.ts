import { defineCommand, type FlagsOf } from "../definition.ts";
import { listFlag } from "../flags.ts";
import { optional, projectParameter } from "../parameters.ts";

export const notifyTestCommand = defineCommand({
  brief: "Send a test message",
  more: "To all that a deployed project notifies, or to those that --to names (on AWS: of them); says of each whether it went out. Exit code 1 when somebody wasn't reached.",
  environment: "any",
  arguments: [optional(projectParameter)],
  flags: {
    to: listFlag("ADDRESS", "Address or webhook that gets it; may be given more than once"),
  },
  examples: [
    ["esteira notify test recsys", "to all that recsys notifies"],
    ["esteira notify test --to ana@example.com"],
  ],
});

export type NotifyTestFlags = FlagsOf<typeof notifyTestCommand>;
