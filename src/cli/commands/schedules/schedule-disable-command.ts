import { defineCommand, type FlagsOf } from "../definition.ts";
import { projectParameter } from "../parameters.ts";
import { reasonFlag } from "./reason-flag.ts";

export const scheduleDisableCommand = defineCommand({
  brief: "Disable a project's schedule until it is enabled by hand",
  more: "Deploys keep it disabled, and plans say who disabled it. Running runs continue.",
  environment: "any",
  arguments: [projectParameter],
  flags: { reason: reasonFlag },
  examples: [['esteira schedule disable recsys -e prd --reason "the source is down"']],
});

export type ScheduleChangeFlags = FlagsOf<typeof scheduleDisableCommand>;
