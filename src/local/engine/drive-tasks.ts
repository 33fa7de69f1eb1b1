import type { TaskId } from "../../states/types.ts";
import type { TaskCommand, Report, TaskToStart, Work } from "./work.ts";

/** The tasks of a run that are under way, and the tries that are being stopped. */
export interface DriveTasks {
  /** @param again a process of before may have started it already */
  start(command: TaskCommand, again: boolean): void;
  /** Stops it in the background; the next try in its place waits for that. */
  stop(task: TaskId, reason: "timeout" | "aborted"): void;
  /** It ended by itself. */
  ended(task: TaskId): void;
  /** Stops all; resolves when nothing runs any more, what was being stopped before included. */
  stopAll(): Promise<void>;
  /** Releases all. */
  release(): void;
}

export interface DriveTasksOptions {
  readonly startTask: (task: TaskToStart) => Work;
  /** A task that a process of before had given up and may not have ended. */
  readonly leftTask: (task: TaskId) => Work;
  readonly report: Report;
  /** Something happened that must not. */
  readonly broken: (error: unknown) => void;
  readonly onStop: (task: TaskId) => void;
}

/**
 * Of a try that a process of before had given up, the place isn't known: each start waits for it.
 */
const anyPlace = "";

/**
 * A place in the machine has one try at a time: the next one waits until the one before is gone.
 */
export function openDriveTasks(options: DriveTasksOptions): DriveTasks {
  const { report, broken } = options;
  const works = new Map<TaskId, Work>();
  const places = new Map<TaskId, string>();
  /** Tries that are being stopped, by the place in the machine that the next try would take. */
  const stops = new Map<string, Promise<void>>();

  const stop: DriveTasks["stop"] = (task, reason) => {
    const work = works.get(task) ?? options.leftTask(task);
    const place = places.get(task) ?? anyPlace;
    works.delete(task);
    places.delete(task);
    options.onStop(task);
    const before = stops.get(place);
    const stopped = Promise.all([work.stop(reason), before]).then(() => {
      if (stops.get(place) === stopped) stops.delete(place);
    });
    stopped.catch(broken);
    stops.set(place, stopped);
  };

  return {
    start(command, again) {
      const place = placeOf(command);
      const going = [place, anyPlace].flatMap((at) => stops.get(at) ?? []);
      const after = going.length === 0 ? undefined : Promise.all(going);
      works.set(command.task, options.startTask({ command, report, again, after, broken }));
      places.set(command.task, place);
    },
    stop,
    ended(task) {
      works.delete(task);
      places.delete(task);
    },
    async stopAll() {
      for (const task of works.keys()) stop(task, "aborted");
      await Promise.all(stops.values());
    },
    release() {
      for (const work of works.values()) work.release();
    },
  };
}

function placeOf(command: TaskCommand): string {
  return `${command.mapIndex ?? ""}/${command.state}`;
}
