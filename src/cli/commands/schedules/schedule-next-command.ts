import { defineCommand } from "../definition.ts";
import { optional, positiveInteger, projectParameter } from "../parameters.ts";

export const scheduleNextCommand = defineCommand({
  brief: "List when a project's schedule fires next",
  more: "By EventBridge's rules for daylight saving: a local time that is skipped has no fire, one that comes twice has one.",
  environment: "any",
  arguments: [
    projectParameter,
    optional({ brief: "How many fires; else 5", placeholder: "NUMBER", parse: positiveInteger }),
  ],
  examples: [["esteira schedule next recsys 10 -e prd"]],
});
