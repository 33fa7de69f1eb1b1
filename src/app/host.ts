import type { Clock } from "../core/clock.ts";

/** What an operation has of the place where it is asked for: no terminal and no browser. */
export interface Host {
  /** The working folder: an absolute path. */
  readonly cwd: string;
  /** The environment variables. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  /** Who acts, for the audit trail: `ana@laptop`. */
  readonly actor: string;
}
