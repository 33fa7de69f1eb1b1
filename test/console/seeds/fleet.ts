import type { ConsoleDocument } from "../../../src/app/documents/console.ts";
import { day, hour, minute, now, type SeedProject, zone } from "./projects.ts";
import { randomOf } from "./random.ts";

type Fleet = ConsoleDocument<"fleet">;
export type BriefRun = NonNullable<Fleet["projects"][number]["lastRun"]>;

const noonToday = Date.parse("2026-11-13T15:00:00Z");

/** When a project fired in the night that many nights back. */
export function firedAt(project: SeedProject, back: number): number {
  const [hours = 0, minutes = 0] = project.fires.split(":").map(Number);
  const time = Date.parse("2026-11-13T03:00:00Z") + hours * hour + minutes * minute;
  const tonight = time > now ? time - day : time;
  return tonight - back * day;
}

/** When it fires next. */
export const nextFire = (project: SeedProject): number => firedAt(project, 0) + day;

const statusOf = {
  failed: "FAILED",
  timed_out: "TIMED_OUT",
  aborted: "ABORTED",
  skipped: "ABORTED",
  running: "RUNNING",
  interrupted: "RUNNING",
  succeeded: "SUCCEEDED",
} as const;

/** The run of a night; `null`: there was none. */
export function runOf(project: SeedProject, back: number): BriefRun | null {
  const state = back in project.nights ? project.nights[back] : "succeeded";
  if (state === null || state === undefined) return null;
  const startedAt = firedAt(project, back);
  const random = randomOf(`${project.name}${back}`);
  const share = state === "failed" ? 0.5 + random() * 0.5 : 0.85 + random() * 0.3;
  const endedAt = startedAt + Math.round(project.usual * share);
  const status = statusOf[state];
  const mark = Math.floor(random() * 0xff_ff_ff)
    .toString(16)
    .padStart(6, "0");
  return {
    run: `${project.name}-${new Date(startedAt).toISOString().slice(0, 19).replaceAll(/[-:]/g, "")}Z-${mark}`,
    project: project.name,
    status,
    skipped: state === "skipped",
    interrupted: state === "interrupted",
    trigger: "schedule",
    startedAt,
    endedAt: status === "RUNNING" ? null : endedAt,
    scheduledTime: startedAt,
    version: project.version,
    failure: status === "FAILED" ? (project.failure?.[1] ?? "step ended with exit code 1") : null,
    resumedBy: null,
  };
}

/** The fleet of these projects. */
export function seedFleet(environment: string, projects: readonly SeedProject[]): Fleet {
  const backs = Array.from({ length: 14 }, (_, index) => 13 - index);
  return {
    schema: 1,
    environment,
    at: now,
    zone,
    nights: backs.map((back) => ({
      date: new Date(noonToday - back * day).toISOString().slice(0, 10),
      from: noonToday - (back + 1) * day,
      to: noonToday - back * day,
    })),
    projects: projects.map((project) => rowOf(project, backs)),
  };
}

function rowOf(project: SeedProject, backs: readonly number[]): Fleet["projects"][number] {
  const { name, owner, state, version, model, drift, hold, failure } = project;
  const lastRun = backs.toReversed().flatMap((back) => runOf(project, back) ?? [])[0] ?? null;
  const never = state === "never";
  return {
    project: name,
    owner,
    inWorkspace: true,
    state,
    deployed: never
      ? null
      : { version, fingerprint: fingerprintOf(name, 0), deployedAt: now - 9 * day },
    failedDeploy: null,
    hold,
    next: never
      ? { kind: "none" }
      : state === "disabled"
        ? { kind: "disabled" }
        : { kind: "at", at: nextFire(project) },
    model:
      model === null ? null : { version: model[0], stage: model[1], observedAt: now - 2 * hour },
    drift: drift === null ? null : { resources: drift, observedAt: now - 5 * hour },
    lastRun,
    diagnosis:
      failure === null
        ? null
        : { code: failure[0], step: null, message: failure[1], help: failure[2] },
    nights: backs.map((back) => cellOf(runOf(project, back))),
  };
}

function cellOf(run: BriefRun | null): Fleet["projects"][number]["nights"][number] {
  if (run === null) return null;
  const outcomes = { SUCCEEDED: "succeeded", FAILED: "failed", TIMED_OUT: "timed_out" } as const;
  const outcome = run.skipped
    ? "skipped"
    : run.interrupted
      ? "interrupted"
      : run.status === "RUNNING"
        ? "running"
        : run.status in outcomes
          ? outcomes[run.status as keyof typeof outcomes]
          : "aborted";
  return { outcome, durationMs: (run.endedAt ?? now) - run.startedAt, runs: 1, run: run.run };
}

/** A fingerprint that is the same each time. */
export function fingerprintOf(name: string, back: number): string {
  const random = randomOf(`${name} release ${back}`);
  return Array.from({ length: 64 }, () => Math.floor(random() * 16).toString(16)).join("");
}
