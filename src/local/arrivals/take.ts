import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { listText, onInput } from "../../runs/on.ts";
import { arrivalRun, closesAt, mostObjects, windowRun } from "../../schedule/on.ts";
import type { Layout } from "../layout.ts";
import {
  type FileVersion,
  openWindow,
  putArrival,
  takeWaiting,
  waitingFiles,
  type WaitingFile,
} from "../store/arrivals.ts";
import { putFire } from "../store/fires.ts";
import { scheduleOf } from "../store/schedules.ts";
import type { Store } from "../store/store.ts";

export interface Place {
  readonly store: Store;
  readonly layout: Layout;
  readonly environment: string;
  readonly project: string;
}

/**
 * Takes files that have arrived: each version once. It starts a run, as a fire of the project's
 * schedule, or waits for its window. Inside `write`, so that what is taken and what it starts are
 * one.
 *
 * @returns how many were new; none where the schedule was disabled or waits for others meanwhile
 */
export function takeFiles(
  place: Place,
  source: string,
  files: readonly FileVersion[],
  now: number,
): number {
  const { store, environment, project } = place;
  const schedule = scheduleOf(store, environment, project);
  const on = schedule?.spec.on;
  if (schedule?.enabled !== true || on?.source !== source) return 0;
  return files.filter((file) => {
    if (on.debounceSeconds !== undefined) {
      return putArrival(store, environment, project, file, now, "waits");
    }
    const run = arrivalRun(project, versionHash(place, file));
    if (!putArrival(store, environment, project, file, now, { run })) return false;
    startFor(place, run, [{ ...file, at: now }], now);
    return true;
  }).length;
}

/**
 * Starts the run of the window that is open, where it is over. Inside `write`.
 *
 * @returns when the open window closes, if nothing more arrives; milliseconds since the epoch
 */
export function closeWindow(place: Place, now: number): number {
  const { store, environment, project } = place;
  const schedule = scheduleOf(store, environment, project);
  const window = openWindow(store, environment, project);
  if (schedule?.enabled !== true || window === undefined) return Infinity;
  // Without a debounce any more, what waits has waited enough.
  const { debounceSeconds = 0 } = schedule.spec.on ?? {};
  const closes = closesAt(window, debounceSeconds);
  if (now < closes) return closes;
  const files = waitingFiles(store, environment, project, mostObjects);
  const last = files.at(-1);
  if (last === undefined) return Infinity;
  const run = windowRun(project, last.id);
  takeWaiting(store, environment, project, last.id, run);
  startFor(place, run, files, now);
  return files.length < mostObjects ? Infinity : now;
}

function startFor(place: Place, run: string, files: readonly WaitingOne[], now: number): void {
  const { store, environment, project, layout } = place;
  const time = Math.max(...files.map(({ at }) => at));
  // Of a file that was changed within a window, the last version counts.
  const uris = [...new Set(files.map(({ path }) => pathToFileURL(path).href))];
  const folder = join(layout.artifacts, project, run, "_trigger");
  const list = join(folder, "objects.json");
  const text = listText({ uris });
  if (text !== undefined) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(list, text);
  }
  const input = onInput({ uris, time }, pathToFileURL(list).href);
  putFire(store, environment, project, time, now, { run, input });
}

type WaitingOne = Pick<WaitingFile, "path" | "at">;

function versionHash({ environment }: Place, { path, version }: FileVersion): string {
  return createHash("sha256")
    .update(JSON.stringify([environment, path, version]))
    .digest("hex");
}
