import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { fingerprint, projectName } from "../src/core/ids.ts";
import { fingerprintOf } from "../src/core/json.ts";
import { layoutOf } from "../src/local/layout.ts";
import { recordDeploy } from "../src/local/store/deployments.ts";
import { openStore } from "../src/local/store/open.ts";
import { putSchedule } from "../src/local/store/schedules.ts";
import type { Store } from "../src/local/store/store.ts";
import type { Release } from "../src/release/release.ts";
import { makeRelease, sequence } from "../test/local/fixture.ts";

export const fleet = { projects: 500, runs: 1_000_000 } as const;

const day = 86_400_000;
const steps = ["extract", "score"] as const;
/** Runs of each project that have a history: those that a page opens. */
const withHistory = 60;

export const nameOf = (index: number): string => `project-${String(index).padStart(3, "0")}`;
export const runOf = (index: number): string => `run-${index}`;

/**
 * Makes a workspace of 500 projects that have run every night for five and a half years, a million
 * runs in all: one in thirty failed, one in a hundred was skipped.
 *
 * @param root an empty folder
 */
export async function millionRuns(root: string): Promise<void> {
  await writeFile(join(root, "esteira.yaml"), "workspace: bench\nzone: UTC\n");
  const { release } = await makeRelease(root, {
    name: "bench",
    steps: { extract: "true", score: "true" },
    definition: sequence(...steps),
  });
  await rm(join(root, "src/projects/bench"), { recursive: true });
  for (let index = 0; index < fleet.projects; index += 1) {
    const folder = join(root, "src/projects", nameOf(index));
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, "config.yaml"), "");
  }
  const opened = openStore(layoutOf(root));
  if (!opened.ok) throw new Error(opened.error.message);
  const store = opened.value;
  store.write(() => {
    deploy(store, release);
    addRuns(store);
  }, "relaxed");
  store.close();
}

function deploy(store: Store, release: Release): void {
  const at = Date.now() - 30 * day;
  for (let index = 0; index < fleet.projects; index += 1) {
    const project = projectName(nameOf(index));
    const schedule = {
      enabled: index % 50 !== 0,
      cron: `${index % 60} 3 * * *`,
      expression: `cron(${index % 60} 3 * * ? *)`,
      timezone: "UTC",
      overlap: "allow",
      deadline: undefined,
    } as const;
    const own: Release = { ...release, project, schedule };
    recordDeploy(store, {
      environment: "local",
      project,
      fingerprint: fingerprint(fingerprintOf(own)),
      release: own,
      decided: { executor: "process", snapshot: "none" },
      actor: "bench",
      at,
    });
    putSchedule(store, "local", project, schedule, at);
  }
}

/** Night by night, the oldest first: the last one ended an hour ago. */
function addRuns(store: Store): void {
  const nights = fleet.runs / fleet.projects;
  const last = Date.now() - 3_600_000;
  for (let night = 0; night < nights; night += 1) {
    for (let project = 0; project < fleet.projects; project += 1) {
      const number = night * fleet.projects + project;
      const startedAt = last - (nights - 1 - night) * day - project * 1000;
      const status = number % 30 === 7 ? "FAILED" : "SUCCEEDED";
      const events = nights - night <= withHistory && project < 10 ? history(startedAt) : [];
      store.run(
        `INSERT INTO runs (run, environment, project, status, skipped, trigger, actor, started_at, ended_at, scheduled_time,
          origin, deploy, release, version, failure, input, event_count, heartbeat)
          VALUES (?, 'local', ?, ?, ?, 'schedule', '', ?, ?, ?, ?, ?, (SELECT fingerprint FROM deploys WHERE id = ?), '1.0.0', ?, '{}', ?, ?)`,
        runOf(number),
        nameOf(project),
        status,
        number % 100 === 3 ? 1 : 0,
        startedAt,
        startedAt + 600_000 + (number % 13) * 60_000,
        startedAt,
        runOf(number),
        project + 1,
        project + 1,
        status === "FAILED" ? "score: the command ended with exit code 1" : null,
        events.length,
        startedAt,
      );
      const row = store.lastId();
      for (const event of events) {
        store.run(
          "INSERT INTO events (run, sequence, event) VALUES (?, ?, ?)",
          row,
          event.id,
          JSON.stringify(event),
        );
      }
    }
  }
}

/** What a run of both steps leaves, as the interpreter records it. */
function history(startedAt: number) {
  const types = ["TaskStateEntered", "TaskScheduled", "TaskStarted", "TaskSucceeded"] as const;
  const events = [{ type: "ExecutionStarted", at: 0, details: { input: {} } as object }];
  for (const [place, name] of steps.entries()) {
    for (const [index, type] of types.entries()) {
      events.push({ type, at: (place * 4 + index) * 60_000, details: { name } });
    }
    events.push({ type: "TaskStateExited", at: (place * 4 + 3) * 60_000, details: { name } });
  }
  events.push({ type: "ExecutionSucceeded", at: 600_000, details: { output: {} } });
  return events.map(({ type, at, details }, index) => ({
    id: index + 1,
    previousEventId: index,
    type,
    timestamp: startedAt + at,
    details,
  }));
}
