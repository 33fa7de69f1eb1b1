import { defineCommand } from "../definition.ts";
import { projectFlag, secretParameter } from "./secret-parameters.ts";

export const secretsSetCommand = defineCommand({
  brief: "Keep the value of a secret",
  more: "The value is asked for and not shown, or read from standard input; it is never on the command line and never printed. On AWS it is an encrypted parameter of Parameter Store, on this machine a line in .esteira/secrets.",
  environment: "any",
  arguments: [secretParameter],
  flags: { project: projectFlag },
  examples: [
    ["esteira secrets set WAREHOUSE_PASSWORD -e prd"],
    ["esteira secrets set SIGNING_KEY < key.pem", "a value of several lines"],
    ["esteira secrets set shared:slack_token -e prd", "for every project that names it"],
  ],
});
