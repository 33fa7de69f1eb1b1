import { defineCommand, type FlagsOf } from "../definition.ts";
import { booleanFlag, numberFlag, requiredTextFlag, yesFlag } from "../flags.ts";
import { positiveInteger, projectParameter } from "../parameters.ts";

export const backfillCommand = defineCommand({
  brief: "Run a project for the times of its schedule that were missed",
  more: "One run for each time at which the schedule fires in the range, oldest first, with that scheduled time. Times for which a run has succeeded are left out, so the same command again continues where it stopped. Shows the plan and asks. Exit code 1 when a run failed.",
  environment: "any",
  arguments: [projectParameter],
  flags: {
    from: requiredTextFlag("DATE", "The first day, or time, by the schedule's zone"),
    to: requiredTextFlag("DATE", "The last one"),
    maxActive: numberFlag("N", "Runs at the same time", positiveInteger, 1),
    withDownstream: booleanFlag("Then make up for all projects that follow it, for the same dates"),
    yes: yesFlag,
  },
  examples: [
    ["esteira backfill recsys --from 2026-01-01 --to 2026-01-31"],
    [
      "esteira backfill recsys --from 2026-01-31T03:00 --to 2026-01-31T03:00 -e prd --yes",
      "one time, without asking",
    ],
    ["esteira backfill features --from 2026-01-01 --to 2026-01-31 --with-downstream"],
  ],
});

export type BackfillFlags = FlagsOf<typeof backfillCommand>;
