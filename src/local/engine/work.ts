import type { Command, Signal, TaskId } from "../../states/types.ts";

export type TaskCommand = Extract<Command, { readonly kind: "start-task" }>;

/** A task that is being carried out. */
export interface Work {
  /** Ends it whole; its signals count no more. Resolves when nothing of it runs. */
  stop(reason: "timeout" | "aborted"): Promise<void>;
  /** Releases it: it continues by itself and can be resumed. */
  release(): void;
}

/**
 * Reports to the execution what happened. All signals of one call are recorded together, and with
 * them what `record` writes (it is called inside the transaction).
 */
export type Report = (signals: readonly Signal[], record?: () => void) => void;

/** A task that is to be carried out. */
export interface TaskToStart {
  readonly command: TaskCommand;
  readonly report: Report;
  /** A process of before may have started it already. */
  readonly again: boolean;
  /** The try before it is still being stopped: not before that. */
  readonly after: Promise<unknown> | undefined;
  /** Something happened that must not: the run can't be driven on by this process. */
  readonly broken: (error: unknown) => void;
}

/** A task that fails before anything was started for it. */
export function failedTask(task: TaskId, error: string, cause: string): Signal[] {
  return [
    { kind: "task-started", task },
    { kind: "task-failed", task, error, cause },
  ];
}
