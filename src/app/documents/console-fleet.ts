import * as z from "zod";

import { document, environment, project, text, textOrNull, time } from "./fields.ts";
import { diagnosis, status } from "./runs.ts";
import { findingFields } from "./watch.ts";

/** A run where many are shown: less than its row in a list. */
export const briefRun = z
  .strictObject({
    run: text().describe("Its id"),
    project: project(),
    status,
    skipped: z.boolean().describe("It ended at once because an earlier one was still going"),
    interrupted: z.boolean().describe("It is RUNNING, and nobody drives it"),
    trigger: z
      .enum(["manual", "schedule", "backfill", "resume", "after", "on"])
      .describe("What started it; `after`: runs that it follows; `on`: data that arrived"),
    startedAt: time(),
    endedAt: time().nullable(),
    scheduledTime: time().nullable(),
    version: text().describe("Version of the project"),
    failure: textOrNull().describe("One line: what went wrong"),
    resumedBy: textOrNull().describe("The run that continued this one"),
  })
  .meta({ id: "BriefRun", description: "A run where many are shown" });

export const deployed = z
  .strictObject({
    version: text().describe("Version of the project"),
    fingerprint: text().describe("Of the release"),
    deployedAt: time(),
  })
  .meta({ id: "Deployed", description: "What is deployed of a project" });

export const nextFire = z
  .discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("at").describe("It fires"), at: time() }),
    z.strictObject({
      kind: z.enum(["disabled", "none"]).describe("It doesn't, or can't be known"),
    }),
  ])
  .describe("When its schedule fires next");

export const outcome = z
  .enum(["succeeded", "failed", "timed_out", "aborted", "skipped", "running", "interrupted"])
  .describe("How it went; of several runs the worst");

const cell = z
  .strictObject({
    outcome,
    durationMs: z.number().describe("Of the run that counts; until now where it is RUNNING"),
    runs: z.int().describe("How many there were"),
    run: text().describe("Id of the run that counts"),
  })
  .meta({ id: "NightCell", description: "What a project did in one night" });

const row = z
  .strictObject({
    project: project(),
    owner: textOrNull().describe("`owners.tech_owner`, else the business owner"),
    inWorkspace: z.boolean().describe("It has a folder there"),
    state: z
      .enum(["failed", "late", "running", "held", "disabled", "well", "never"])
      .describe("Its state: the first of these that is so"),
    deployed: deployed.nullable().describe("`null`: never deployed"),
    failedDeploy: z
      .strictObject({
        at: time(),
        actor: text().describe("Who deployed"),
        error: textOrNull().describe("Why it failed"),
      })
      .nullable()
      .describe("Its last deploy, where that failed"),
    hold: textOrNull().describe("Why deploys skip it, or its schedule stays disabled"),
    next: nextFire,
    model: z
      .strictObject({
        version: textOrNull().describe("What the deploy took"),
        stage: textOrNull().describe("Stage or alias that it had"),
        observedAt: time(),
      })
      .nullable()
      .describe("As last observed"),
    drift: z
      .strictObject({
        resources: z.int().describe("How many differ from what was deployed"),
        observedAt: time(),
      })
      .nullable()
      .describe("As last observed; `null`: nobody has looked"),
    lastRun: briefRun.nullable().describe("The newest run"),
    diagnosis: diagnosis.nullable().describe("Why it is red, in one line, and what to do"),
    nights: z.array(cell.nullable()).describe("One a night of `nights`; `null`: no run"),
  })
  .meta({ id: "FleetRow", description: "A project of the fleet" });

export const fleetDocument = document({
  environment: environment(),
  at: time(),
  zone: text().describe("IANA name"),
  nights: z
    .array(
      z.strictObject({
        date: text().describe("Date of its morning, `YYYY-MM-DD`"),
        from: time(),
        to: time(),
      }),
    )
    .describe("From noon to noon, the oldest first"),
  projects: z.array(row).describe("By name"),
});

const wait = z
  .strictObject({
    run: textOrNull().describe("`null`: it has not begun"),
    project: project(),
    step: textOrNull().describe("The step that waits; `null`: the run as a whole"),
    reason: z
      .enum(["place", "instance", "overlap", "retry", "turn"])
      .describe(
        "For a place on this machine or in a pool, an instance, an overlapping run, the time of a retry, its turn",
      ),
    since: time(),
    until: time().nullable().describe("When it ends, where that is known"),
    message: text().describe("One sentence"),
  })
  .meta({ id: "Wait", description: "Something that waits, and for what" });

export const tonightDocument = document({
  environment: environment(),
  at: time(),
  zone: text().describe("IANA name"),
  from: time(),
  to: time(),
  runs: z.array(briefRun).describe("Those of the time from `from` to now, the oldest first"),
  waits: z.array(wait).describe("What waits now"),
  late: z.array(z.strictObject(findingFields)).describe("What should have happened"),
  due: z
    .array(
      z.strictObject({
        project: project(),
        at: time(),
        expectedMs: z.number().nullable().describe("Median of its last good runs"),
      }),
    )
    .describe("Fires from now to `to`, the next first"),
  more: z.boolean().describe("There are more than are listed"),
});
