import type { HistoryEvent } from "../../core/history.ts";
import type { Command, Execution, Outcome, Signal, TaskId } from "../../states/types.ts";
import { openInbox } from "./inbox.ts";
import type { DrivenRun, EngineContext } from "./context.ts";
import { openDriveTasks } from "./drive-tasks.ts";
import { recordTurn } from "./record-turn.ts";
import { openWakeUp } from "./wake-up.ts";
import type { TaskToStart, Report, Work } from "./work.ts";

/** A run that this process drives. */
export interface Drive {
  readonly run: string;
  readonly finished: Promise<DriveEnd>;
  /** Aborts the run; `finished` says when nothing of it runs any more. */
  abort(actor: string): void;
  /**
   * Releases the run. Its attempts continue under their supervisors, and another process can resume
   * it.
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
   * resumed.
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
  readonly startTask: (task: TaskToStart) => Work;
  /** A task that a process of before had given up and may not have ended. */
  readonly leftTask: (task: TaskId) => Work;
}

interface Reported {
  readonly signals: readonly Signal[];
  readonly record: (() => void) | undefined;
}

/**
 * Drives a run from where its history is to its end: what happens is reported, the execution says
 * what follows, that is recorded, and only then carried out.
 */
export function driveRun(options: DriveOptions): Drive {
  const { context, run, execution, epoch } = options;
  const { promise: finished, resolve: finish } = Promise.withResolvers<DriveEnd>();
  let over = false;
  let aborting = false;
  let latest = options.lastEventAt;
  const now = (): number => (latest = Math.max(latest, context.clock.now()));

  const end = (how: DriveEnd): void => {
    if (over) return;
    over = true;
    wakeUp.clear();
    if (how.kind !== "ended") tasks.release();
    finish(how);
  };
  const broken = (error: unknown): void =>
    end({ kind: "broken", error: error instanceof Error ? error : new Error(String(error)) });

  const inbox = openInbox<Reported>(handle, broken);
  const report: Report = (signals, record) => {
    if (!over) inbox.push({ signals, record });
  };
  const wakeUp = openWakeUp(context.clock, () => report([{ kind: "wake" }]));
  const tasks = openDriveTasks({
    startTask: options.startTask,
    leftTask: options.leftTask,
    report,
    broken,
    onStop: (task) => context.observer.effect?.(run.run, `stop ${task}`),
  });

  const carryOut = (command: Command, again: boolean): void => {
    switch (command.kind) {
      case "start-task":
        return tasks.start(command, again);
      case "stop-task":
        return tasks.stop(command.task, command.reason);
      case "wake":
        return wakeUp.at(command.at);
    }
  };

  async function handle(batch: readonly Reported[]): Promise<void> {
    if (over) return;
    const events: HistoryEvent[] = [];
    const commands: Command[] = [];
    for (const signal of batch.flatMap(({ signals }) => signals)) {
      const turn = await execution.deliver(signal, now());
      events.push(...turn.events);
      commands.push(...turn.commands);
      if (signal.kind === "task-succeeded" || signal.kind === "task-failed") {
        tasks.ended(signal.task);
      }
    }
    const { outcome } = execution;
    const records = batch.flatMap(({ record }) => (record === undefined ? [] : [record]));
    if (over) return;
    if (!recordTurn(context, { run, epoch }, { events, outcome, records }, now)) {
      end({ kind: "lost" });
      return;
    }
    if (records.length > 0) context.admission.look();
    for (const command of commands) carryOut(command, false);
    if (outcome === undefined) return;
    // What still runs of it is stopped before anybody is notified.
    await tasks.stopAll();
    end({ kind: "ended", outcome });
  }

  const abort = (actor: string): void => {
    if (aborting) return;
    aborting = true;
    report([{ kind: "abort", error: "Esteira.Stopped", cause: `Stopped by ${actor}` }]);
  };

  try {
    const pending = execution.pending();
    if (execution.eventCount === 0) report([{ kind: "start" }]);
    for (const command of pending) carryOut(command, true);
  } catch (error) {
    broken(error);
  }

  return { run: run.run, finished, abort, release: () => end({ kind: "released" }) };
}
