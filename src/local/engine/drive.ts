import type { HistoryEvent } from "../../core/history.ts";
import type { Command, Execution, Outcome, Signal, TaskId } from "../../states/types.ts";
import { allEvents, appendEvents } from "../store/events.ts";
import type { DrivenRun, EngineContext } from "./context.ts";
import { endOf } from "./ending.ts";
import { openWakeUp } from "./wake-up.ts";
import type { TaskCommand, Tell, Work } from "./work.ts";

/** A run that this process drives. */
export interface Drive {
  readonly run: string;
  readonly finished: Promise<DriveEnd>;
  /** Aborts the run; `finished` tells when nothing of it runs any more. */
  abort(actor: string): void;
  /**
   * Lets go of the run. Its attempts go on under their supervisors, and another process can take it
   * up.
   */
  release(): void;
}

export type DriveEnd =
  | { readonly kind: "ended"; readonly outcome: Outcome }
  /** Another process has taken the run over. */
  | { readonly kind: "lost" }
  | { readonly kind: "released" }
  /**
   * The store can't be written or a bug was met; the run stays as it was recorded last and can be
   * taken up.
   */
  | { readonly kind: "broken"; readonly error: Error };

export interface DriveOptions {
  readonly context: EngineContext;
  readonly run: DrivenRun;
  readonly epoch: number;
  /** New, or replayed up to the end of what is recorded. */
  readonly execution: Execution;
  /** Time of the last recorded event, 0 when there is none: what follows isn't earlier. */
  readonly lastEventAt: number;
  /** Who wants it ended: nothing is taken up then, only stopped. */
  readonly abortedBy: string | undefined;
  readonly startTask: (task: TaskToStart) => Work;
  /** A task that a process of before had given up and may not have ended. */
  readonly leftTask: (task: TaskId) => Work;
}

export interface TaskToStart {
  readonly command: TaskCommand;
  readonly tell: Tell;
  /** A process of before may have started it already. */
  readonly again: boolean;
  /** The try before it is still being stopped: not before that. */
  readonly after: Promise<unknown> | undefined;
  /** Something happened that must not: the run can't be driven on by this process. */
  readonly broken: (error: unknown) => void;
}

interface Told {
  readonly signals: readonly Signal[];
  readonly record: (() => void) | undefined;
}

/** Drives a run from where its history stands to its end. */
export function driveRun(options: DriveOptions): Drive {
  const { context, run, execution } = options;
  const { store, clock, observer } = context;
  const { promise: finished, resolve: finish } = Promise.withResolvers<DriveEnd>();
  const works = new Map<TaskId, Work>();
  const places = new Map<TaskId, string>();
  /** Tries that are being stopped, by the place in the machine that the next try would take. */
  const stops = new Map<string, Promise<void>>();
  /**
   * Of a try that a process of before had given up, the place isn't known: each start waits for it.
   */
  const anyPlace = "";
  const told: Told[] = [];
  let pumping = false;
  let over = false;
  let aborting = false;
  let latest = options.lastEventAt;

  const now = (): number => (latest = Math.max(latest, clock.now()));
  const wakeUp = openWakeUp(clock, () => tell([{ kind: "wake" }]));

  const end = (how: DriveEnd): void => {
    if (over) return;
    over = true;
    wakeUp.clear();
    if (how.kind !== "ended") for (const work of works.values()) work.release();
    finish(how);
  };

  const broken = (error: unknown): void =>
    end({ kind: "broken", error: error instanceof Error ? error : new Error(String(error)) });

  /** False when another process owns the run. */
  const append = (
    events: readonly HistoryEvent[],
    outcome: Outcome | undefined,
    records: readonly (() => void)[],
  ): boolean => {
    const groups = observer.eventByEvent === true ? events.map((event) => [event]) : [events];
    if (groups.length === 0) groups.push([]);
    for (const [index, group] of groups.entries()) {
      const last = index === groups.length - 1;
      const kept = store.write(() => {
        const ending =
          outcome === undefined || !last
            ? undefined
            : endOf(context, run, [...allEvents(store, run.id), ...group], outcome, now());
        const mine = appendEvents(store, { id: run.id, epoch: options.epoch }, group, ending);
        if (mine && last) for (const record of records) record();
        return mine;
      });
      if (!kept) return false;
      if (group.length > 0) observer.appended?.(run.run, group);
    }
    return true;
  };

  const stopsAt = (...at: readonly string[]): Promise<unknown> | undefined => {
    const going = at.flatMap((place) => stops.get(place) ?? []);
    return going.length === 0 ? undefined : Promise.all(going);
  };

  const carryOut = (command: Command, again: boolean): void => {
    switch (command.kind) {
      case "start-task": {
        const after = stopsAt(placeOf(command), anyPlace);
        works.set(command.task, options.startTask({ command, tell, again, after, broken }));
        places.set(command.task, placeOf(command));
        return;
      }
      case "stop-task": {
        const work = works.get(command.task) ?? options.leftTask(command.task);
        works.delete(command.task);
        observer.effect?.(run.run, `stop ${command.task}`);
        const place = places.get(command.task) ?? anyPlace;
        places.delete(command.task);
        const before = stops.get(place);
        const stopped = Promise.all([work.stop(command.reason), before]).then(() => {
          if (stops.get(place) === stopped) stops.delete(place);
        });
        stopped.catch(broken);
        stops.set(place, stopped);
        return;
      }
      case "wake":
        wakeUp.at(command.at);
    }
  };

  const pump = async (): Promise<void> => {
    pumping = true;
    try {
      for (let batch = told.splice(0); batch.length > 0; batch = told.splice(0)) {
        const events: HistoryEvent[] = [];
        const commands: Command[] = [];
        for (const { signals } of batch) {
          for (const signal of signals) {
            const turn = await execution.deliver(signal, now());
            events.push(...turn.events);
            commands.push(...turn.commands);
            if (signal.kind === "task-succeeded" || signal.kind === "task-failed") {
              works.delete(signal.task);
              places.delete(signal.task);
            }
          }
        }
        const { outcome } = execution;
        const records = batch.flatMap(({ record }) => (record === undefined ? [] : [record]));
        if (over) return;
        if (!append(events, outcome, records)) {
          end({ kind: "lost" });
          return;
        }
        if (records.length > 0) context.admission.look();
        for (const command of commands) carryOut(command, false);
        if (outcome !== undefined) await settle(outcome);
      }
    } catch (error) {
      broken(error);
    } finally {
      pumping = false;
    }
  };

  /** The run has ended: what still runs of it is stopped before anybody is told. */
  const settle = async (outcome: Outcome): Promise<void> => {
    for (const task of works.keys())
      carryOut({ kind: "stop-task", task, reason: "aborted" }, false);
    await Promise.all(stops.values());
    end({ kind: "ended", outcome });
  };

  const tell: Tell = (signals, record) => {
    if (over) return;
    told.push({ signals, record });
    if (!pumping) void pump();
  };

  const abort = (actor: string): void => {
    if (aborting) return;
    aborting = true;
    tell([{ kind: "abort", error: "Esteira.Stopped", cause: `Stopped by ${actor}` }]);
  };

  try {
    const pending = execution.pending();
    if (execution.eventCount === 0) tell([{ kind: "start" }]);
    if (options.abortedBy !== undefined) abort(options.abortedBy);
    for (const command of pending) {
      if (command.kind === "stop-task" || options.abortedBy === undefined) carryOut(command, true);
    }
  } catch (error) {
    broken(error);
  }

  return {
    run: run.run,
    finished,
    abort,
    release: () => end({ kind: "released" }),
  };
}

function placeOf(command: TaskCommand): string {
  return `${command.mapIndex ?? ""}/${command.state}`;
}
