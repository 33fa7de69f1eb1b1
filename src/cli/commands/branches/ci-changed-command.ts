import { defineCommand } from "../definition.ts";
import { baseFlag } from "./branch-flags.ts";

export const ciChangedCommand = defineCommand({
  brief: "List the projects that are changed here",
  more: "One a line: those with a file that differs since the base was left, committed or not.",
  environment: "none",
  flags: { base: baseFlag },
  examples: [
    ["esteira ci changed", "what has this feature changed?"],
    ["esteira ci changed --base master", "what isn't in production yet?"],
  ],
});
