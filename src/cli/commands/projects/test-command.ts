import { defineCommand } from "../definition.ts";
import { projectParameter } from "../parameters.ts";

export const testCommand = defineCommand({
  brief: "Run a project's test.command where its steps run",
  environment: "any",
  arguments: [projectParameter],
  examples: [["esteira test recsys"]],
});
