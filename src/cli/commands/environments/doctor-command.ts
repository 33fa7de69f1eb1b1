import { defineCommand } from "../definition.ts";
import { optional, projectParameter } from "../parameters.ts";

export const doctorCommand = defineCommand({
  brief: "Find out why something doesn't work",
  more: "Asks what people ask when a build failed, a run failed or a schedule doesn't fire: of the sources, of what is deployed, of the last runs, the model and the scheduler. What is wrong comes with its remedy. Reads only; exit code 1 where something is to be fixed.",
  environment: "any",
  arguments: [optional(projectParameter)],
  examples: [
    ["esteira doctor recsys -e prd"],
    ["esteira doctor -e prd", "all projects: what is worth a look"],
  ],
});
