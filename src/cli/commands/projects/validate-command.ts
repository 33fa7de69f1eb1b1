import { defineCommand } from "../definition.ts";
import { projectParameter } from "../parameters.ts";

export const validateCommand = defineCommand({
  brief: "Check esteira.yaml and every config.yaml, for every environment",
  more: "All problems at once, each with its place and what to do. In GitHub Actions they are annotations as well.",
  environment: "any",
  arguments: { each: projectParameter },
  examples: [
    ["esteira validate", "the whole workspace"],
    ["esteira validate recsys", "one project"],
    ["esteira validate -e prd", "for one environment only"],
    ["esteira validate --json", "problems as data"],
  ],
});
