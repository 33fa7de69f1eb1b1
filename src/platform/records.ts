import type { Fingerprint } from "../core/ids.ts";
import type { Release } from "../release/release.ts";

/** Something that somebody did to an environment, as its audit trail has it. */
export interface AuditRecord {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly actor: string;
  /** `deploy`, `rollback`, `destroy`, `start`, … */
  readonly action: string;
  /** Undefined when it is about the environment as a whole. */
  readonly project?: string;
  /** The run, where it is about one. */
  readonly subject?: string;
  /** Commit of the working copy that it was done from. */
  readonly commit?: string;
  /** Counts of what was planned by action: `{ "create": 9, "update": 1 }`. */
  readonly summary?: Readonly<Record<string, number>>;
  readonly outcome?: "succeeded" | "failed" | "interrupted";
  readonly error?: string;
  /** Why it was done, where somebody had to say. */
  readonly reason?: string;
}

/** Something that somebody does beside a platform's own acts, for its audit trail. */
export interface Act {
  readonly actor: string;
  readonly action: "promote-model" | "protect-branch" | "set-secret" | "remove-secret";
  /** Absent when it is about the environment as a whole. */
  readonly project?: string;
  /** What exactly: `recsys 4 to Production`, `master of acme/ml`. */
  readonly subject: string;
}

/** A release that was deployed and is kept. */
export interface ReleaseRecord {
  readonly document: {
    readonly release: Release;
    readonly fingerprint: Fingerprint;
    /** Milliseconds since the epoch, of its latest deploy. */
    readonly deployedAt: number;
    readonly actor: string;
    readonly commit?: string;
    readonly decided: Readonly<Record<string, string>>;
  };
  /** It is what is deployed now. */
  readonly current: boolean;
  /** A rollback left it behind, and deploys skip it. */
  readonly rejected: boolean;
}

/** A deploy, rollback or destroy of a project that failed. */
export interface FailedDeploy {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly actor: string;
  readonly error: string | undefined;
}
