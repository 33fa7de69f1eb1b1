import type { EdgeError } from "../../core/edge-error.ts";
import type { ExecutionStatus } from "../../core/history.ts";

/**
 * What happens while schedules are run, for anyone who shows it. Times are milliseconds since the
 * epoch.
 */
export type UpEvent = { readonly at: number } & (
  | {
      readonly kind: "started";
      readonly schedules: number;
      readonly enabled: number;
      readonly waiting: number;
      readonly next:
        | { readonly project: string; readonly at: number; readonly timezone: string }
        | undefined;
    }
  /** A schedule was deployed, changed, disabled, enabled or removed by somebody meanwhile. */
  | {
      readonly kind: "schedule";
      readonly project: string;
      readonly change: "added" | "changed" | "enabled" | "disabled" | "removed";
    }
  /** A run began, `lateMs` after its time; of that it waited `waitedMs` for its turn. */
  | {
      readonly kind: "fired";
      readonly project: string;
      readonly scheduledTime: number;
      readonly run: string;
      readonly lateMs: number;
      readonly waitedMs: number;
    }
  /** These are due, and as many runs go as may. */
  | { readonly kind: "waiting"; readonly count: number; readonly projects: readonly string[] }
  /** It is due, and doesn't wait behind those that do. */
  | {
      readonly kind: "left-out";
      readonly project: string;
      readonly scheduledTime: number;
      readonly why: "overlap" | "queue-full";
    }
  | {
      readonly kind: "missed";
      readonly project: string;
      readonly count: number;
      readonly last: number;
      readonly madeUp: boolean;
    }
  /** Its run could not be begun, and won't be. */
  | {
      readonly kind: "refused";
      readonly project: string;
      readonly scheduledTime: number;
      readonly error: EdgeError;
    }
  /** A run whose process was gone continues here. */
  | { readonly kind: "taken-up"; readonly project: string; readonly run: string }
  | {
      readonly kind: "not-taken-up";
      readonly project: string;
      readonly run: string;
      readonly error: EdgeError;
    }
  | {
      readonly kind: "ended";
      readonly project: string;
      readonly run: string;
      readonly status: ExecutionStatus;
      readonly skipped: boolean;
      readonly durationMs: number;
      readonly failure: string | undefined;
    }
  /** A run has succeeded for a date or a time whose following run was started before. */
  | {
      readonly kind: "starts-nothing";
      readonly project: string;
      readonly run: string;
      readonly following: string;
    }
  /**
   * The wall clock moved forward by this much more than time did: the machine slept, or somebody
   * set it. Negative: it went back.
   */
  | { readonly kind: "clock"; readonly byMs: number }
  /** Something doesn't work, and is tried again until it does. Reported once. */
  | { readonly kind: "trouble"; readonly error: EdgeError }
  | { readonly kind: "recovered" }
  /** What a duty has to say, or why it failed. */
  | {
      readonly kind: "duty";
      readonly duty: string;
      readonly text: string;
      readonly failed: boolean;
    }
  | { readonly kind: "stopping"; readonly running: number; readonly waiting: number }
  | { readonly kind: "stopped"; readonly handedOver: readonly string[]; readonly waiting: number }
);

/** The events without their time, which is added where they are shown. */
export type UpNews = UpEvent extends infer Event
  ? Event extends UpEvent
    ? Omit<Event, "at">
    : never
  : never;
