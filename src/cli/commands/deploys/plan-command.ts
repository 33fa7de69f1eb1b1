import { defineCommand } from "../definition.ts";
import { booleanFlag, pathFlag } from "../flags.ts";
import { projectParameter } from "../parameters.ts";
import { planFlags } from "./plan-flags.ts";

export const planCommand = defineCommand({
  brief: "Show what a deploy would change",
  more: "Reads only. + is created, ~ updated field by field, ± replaced, - removed, = stays as it is.",
  environment: "any",
  arguments: { each: projectParameter },
  flags: {
    ...planFlags,
    exitCode: booleanFlag("End with 1 where a deploy would change something"),
    out: pathFlag("FILE", "Save the plan, for deploy --plan (AWS)"),
  },
  examples: [
    ["esteira plan", "every project"],
    ["esteira plan recsys -e dev", "one project in another environment"],
    ["esteira plan -e prd --out prd.plan", "to be read, and applied as it is"],
    ["esteira plan -e prd --refresh --exit-code", "has somebody changed something by hand?"],
  ],
});
