import { defineCommand } from "../definition.ts";
import { yesFlag } from "../flags.ts";
import { projectFlag, secretParameter } from "./secret-parameters.ts";

export const secretsRmCommand = defineCommand({
  brief: "Remove the value of a secret",
  more: "Asks first. Steps that name the secret can't start until it is set again.",
  environment: "any",
  arguments: [secretParameter],
  flags: { project: projectFlag, yes: yesFlag },
  examples: [["esteira secrets rm WAREHOUSE_PASSWORD -e dev"]],
});
