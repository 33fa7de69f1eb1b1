import { defineCommand, type FlagsOf } from "../definition.ts";
import { booleanFlag } from "../flags.ts";

export const watchCommand = defineCommand({
  brief: "Report what should have happened and did not",
  more: "Schedules that should have fired, runs past their deadline or without progress, starts that AWS gave up: compares the fires of the last 24 hours with the runs. Without --once it looks again and again and reports what is new. Reads only.",
  environment: "any",
  flags: {
    once: booleanFlag("Look once and end, with 1 where something is not as it should be"),
  },
  examples: [
    ["esteira watch -e prd"],
    ["esteira watch -e prd --once", "for a script: exit code 1 where something is wrong"],
  ],
});

export type WatchFlags = FlagsOf<typeof watchCommand>;
