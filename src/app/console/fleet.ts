import { ok, type Result } from "../../core/result.ts";
import type { FailedDeploy } from "../../platform/records.ts";
import { lastNights } from "../../schedule/nights.ts";
import type { DeployedSchedule } from "../../platform/schedules.ts";
import { heldNote } from "../../platform/schedules.ts";
import type { BriefDeploy, StretchSum } from "../../platform/roles/fleet.ts";
import type { RunSummary } from "../../runs/model.ts";
import type { WatchFinding } from "../../runs/watch/facts.ts";
import type { ConsoleDocumentOf } from "../documents/console.ts";
import { failed, fromPlatform, type Failure } from "../failure.ts";
import { suggestion } from "../names.ts";
import type { NextFire } from "../schedules/next-fire.ts";
import type { PlatformSession } from "../workspace.ts";
import { briefRun } from "./brief-run.ts";
import type { ConsoleContext } from "./context.ts";
import { shownNights } from "./fleet-by-index.ts";
import { fleetOf } from "./fleet-reading.ts";
import { nextFires } from "./next-fires.ts";

type FleetDocument = ConsoleDocumentOf<"fleet">;
type Row = FleetDocument["projects"][number];
type Cell = NonNullable<Row["nights"][number]>;

/** Every project of an environment with its last nights; reads nothing but what is known. */
export async function readFleet(
  context: ConsoleContext,
  session: PlatformSession,
): Promise<Result<FleetDocument, Failure>> {
  const { platform, environment, projectNames } = session;
  const now = context.host.clock.now();
  const nights = lastNights(now, context.zone, shownNights);
  const fleet = fleetOf(session, context.zone);
  const deployed = await fleet.deployed();
  if (!deployed.ok) return failed(fromPlatform(deployed.error));
  const deploys = new Map(deployed.value.map((one) => [one.project, one]));
  const names = [...new Set([...projectNames, ...deploys.keys()])].toSorted();
  const schedules = await fleet.schedules();
  if (!schedules.ok) return failed(fromPlatform(schedules.error));
  const newest = await fleet.newestRuns(names);
  if (!newest.ok) return failed(fromPlatform(newest.error));
  const sums = await fleet.stretches([...nights.map(({ from }) => from), now + 1]);
  if (!sums.ok) return failed(fromPlatform(sums.error));
  const facts: Facts = {
    environment,
    now,
    inWorkspace: new Set(projectNames),
    deploys,
    schedules: new Map(schedules.value.map((one) => [one.project, one])),
    next: nextFires(platform, schedules.value, now),
    newest: new Map(newest.value.map((run) => [run.project, run])),
    cells: cellsOf(sums.value, nights.length, now),
    failures: await fleet.failedDeploys(),
    holds: await fleet.holds(),
    late: new Map(context.late.findings(session).map((one) => [one.project, one])),
  };
  const projects = names.map((name) => ({
    ...rowOf(name, facts),
    ...observed(context, environment, name, deploys.get(name)),
  }));
  return ok({ environment, at: now, zone: context.zone, nights, projects });
}

interface Facts {
  readonly environment: string;
  readonly now: number;
  readonly inWorkspace: ReadonlySet<string>;
  readonly deploys: ReadonlyMap<string, BriefDeploy>;
  readonly schedules: ReadonlyMap<string, DeployedSchedule>;
  readonly next: ReadonlyMap<string, NextFire>;
  readonly newest: ReadonlyMap<string, RunSummary>;
  readonly cells: ReadonlyMap<string, readonly (Cell | null)[]>;
  readonly failures: ReadonlyMap<string, FailedDeploy>;
  readonly holds: ReadonlyMap<string, string>;
  readonly late: ReadonlyMap<string | undefined, WatchFinding>;
}

function rowOf(project: string, facts: Facts): Omit<Row, "model" | "drift"> {
  const deploy = facts.deploys.get(project);
  const last = facts.newest.get(project);
  const scheduleHold = facts.schedules.get(project)?.hold;
  const hold =
    facts.holds.get(project) ?? (scheduleHold === undefined ? undefined : heldNote(scheduleHold));
  const failedDeploy = facts.failures.get(project);
  const next = facts.next.get(project) ?? { kind: "none" };
  const late = facts.late.get(project);
  const state = stateOf({ deploy, last, failedDeploy, late, hold: facts.holds.get(project), next });
  return {
    project,
    owner: deploy?.owner,
    inWorkspace: facts.inWorkspace.has(project),
    state,
    deployed: deploy && {
      version: deploy.version,
      fingerprint: deploy.fingerprint,
      deployedAt: deploy.deployedAt,
    },
    failedDeploy,
    hold,
    next,
    lastRun: last && briefRun(last),
    diagnosis: whyRed(facts.environment, state, last, failedDeploy?.error, late),
    nights: facts.cells.get(project) ?? noNights,
  };
}

const noNights: readonly null[] = Array.from({ length: shownNights }, () => null);

function stateOf(of: {
  readonly deploy: BriefDeploy | undefined;
  readonly last: RunSummary | undefined;
  readonly failedDeploy: object | undefined;
  readonly late: WatchFinding | undefined;
  readonly hold: string | undefined;
  readonly next: NextFire;
}): Row["state"] {
  const { last } = of;
  const red =
    last !== undefined &&
    (last.status === "FAILED" || last.status === "TIMED_OUT" || last.interrupted);
  if (red || of.failedDeploy !== undefined) return "failed";
  if (of.late !== undefined) return "late";
  if (last?.status === "RUNNING" || last?.status === "PENDING_REDRIVE") return "running";
  if (of.deploy === undefined && last === undefined) return "never";
  if (of.hold !== undefined) return "held";
  return of.next.kind === "disabled" ? "disabled" : "well";
}

/** Undefined where nothing is red. The run's own page has all that there is to say. */
function whyRed(
  environment: string,
  state: Row["state"],
  last: RunSummary | undefined,
  deployError: string | undefined,
  late: WatchFinding | undefined,
): NonNullable<Row["diagnosis"]> | undefined {
  if (state === "late" && late !== undefined) {
    return { code: late.code, step: undefined, message: late.message, help: late.help };
  }
  if (state !== "failed") return undefined;
  const say = (code: string, message: string, command: string) => ({
    code,
    step: undefined,
    message,
    help: `\`${command}\``,
  });
  if (last?.interrupted === true) {
    const resume = suggestion(environment, "resume", last.run);
    return say("fleet/interrupted", "nobody drives its run any more", resume);
  }
  if (last?.status === "FAILED" || last?.status === "TIMED_OUT") {
    const message = last.failure ?? "its last run failed";
    return say("fleet/failed", message, suggestion(environment, "status", last.run));
  }
  const why = deployError === undefined ? "" : `: ${deployError}`;
  const deploy = suggestion(environment, "deploy");
  return say("fleet/deploy-failed", `its last deploy failed${why}`, deploy);
}

/** By project, one a night. */
function cellsOf(
  sums: readonly StretchSum[],
  count: number,
  now: number,
): ReadonlyMap<string, readonly (Cell | null)[]> {
  const cells = new Map<string, (Cell | null)[]>();
  for (const { project, stretch, outcome, runs, run, startedAt, endedAt } of sums) {
    let row = cells.get(project);
    if (row === undefined) {
      row = Array.from({ length: count }, () => null);
      cells.set(project, row);
    }
    row[stretch] = { outcome, runs, run, durationMs: Math.max(0, (endedAt ?? now) - startedAt) };
  }
  return cells;
}

function observed(
  { observations }: ConsoleContext,
  environment: string,
  project: string,
  deploy: BriefDeploy | undefined,
): Pick<Row, "model" | "drift"> {
  const { drift, model } = observations.of(environment, project);
  const version = deploy?.model.version;
  return {
    drift,
    model:
      deploy === undefined || (version === undefined && model === undefined)
        ? undefined
        : {
            version,
            stage: model !== undefined && model.version === version ? model.stage : undefined,
            observedAt: model?.observedAt ?? deploy.deployedAt,
          },
  };
}
