import { defineCommand } from "../definition.ts";
import { projectParameter } from "../parameters.ts";
import { proposeModelVersions } from "../proposals.ts";

const versionParameter = {
  brief: "A version by its number, its stage or its @alias",
  placeholder: "VERSION",
  parse: String,
  proposeCompletions: proposeModelVersions,
} as const;

export const modelCompareCommand = defineCommand({
  brief: "Put two versions' metrics and parameters side by side",
  environment: "any",
  arguments: [projectParameter, versionParameter, versionParameter],
  examples: [
    ["esteira model compare recsys 3 4 -e prd"],
    ["esteira model compare recsys Production Staging -e prd", "by where they are"],
  ],
});
