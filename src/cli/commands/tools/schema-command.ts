import { defineCommand } from "../definition.ts";
import { choiceParameter, optional } from "../parameters.ts";

export const schemaCommand = defineCommand({
  brief: "Print the JSON Schema of a file",
  environment: "none",
  arguments: [
    optional(
      choiceParameter(
        "WHICH",
        ["config", "workspace"],
        "config (config.yaml) or workspace (esteira.yaml)",
      ),
    ),
  ],
  examples: [["esteira schema config > config.schema.json"]],
});
