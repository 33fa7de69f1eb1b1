import { defineCommand } from "../definition.ts";

export const secretsListCommand = defineCommand({
  brief: "List the secrets that projects name, and whether they are set",
  more: "No value is read or shown.",
  environment: "any",
  examples: [["esteira secrets list"], ["esteira secrets list -e prd"]],
});
