import { defineCommand } from "../definition.ts";

export const driveCommand = defineCommand({
  brief: "Drive a run of this machine until it ends",
  more: "What a detached run's own process does; nothing that a person needs to type.",
  environment: "any",
  arguments: [{ brief: "A run's id", placeholder: "RUN", parse: String }],
  examples: [["esteira drive recsys-20260131T030000Z-4f9a1c"]],
});
