import { defineCommand } from "../definition.ts";
import { baseFlag } from "./branch-flags.ts";

export const ciTestCommand = defineCommand({
  brief: "Run the tests of the projects that are changed here",
  more: "One project after the other, all of them, where their steps run on this machine.",
  environment: "none",
  flags: { base: baseFlag },
  examples: [["esteira ci test"]],
});
