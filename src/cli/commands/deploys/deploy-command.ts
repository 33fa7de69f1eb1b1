import { defineCommand, type FlagsOf } from "../definition.ts";
import { booleanFlag, pathFlag, yesFlag } from "../flags.ts";
import { projectParameter } from "../parameters.ts";
import { planFlags } from "./plan-flags.ts";

export const deployCommand = defineCommand({
  brief: "Make an environment what the files say",
  more: "Shows the plan, then does it. A project that fails doesn't stop the others. Asks only before it removes something (--prune) or takes something over (--adopt).",
  environment: "any",
  arguments: { each: projectParameter },
  flags: {
    ...planFlags,
    plan: pathFlag("FILE", "Apply just the plan that plan --out saved (AWS)"),
    yes: yesFlag,
    verbose: booleanFlag(
      "Show everything that tools print (pip, docker build); else only when they fail",
    ),
  },
  examples: [
    ["esteira deploy", "every project"],
    ["esteira deploy recsys", "one project"],
    ["esteira deploy -e dev", "every project, on AWS"],
    ["esteira deploy --plan prd.plan", "what was planned and nothing else"],
  ],
});

export type DeployFlags = FlagsOf<typeof deployCommand>;
