import type { Result } from "../../core/result.ts";
import type { Failure } from "../failure.ts";
import type { Host } from "../host.ts";

/**
 * How a console is opened: what the command line is handed, so that it needs to know nothing of
 * HTTP (`docs/decisions/0014-console.md`).
 */
export interface ConsoleFace {
  open(host: ConsoleHost, options: ConsoleOptions): Promise<Result<OpenedConsole, Failure>>;
}

export interface ConsoleHost extends Host {
  /** Writes down what shouldn't have happened; the console continues. */
  readonly reportBug: (error: unknown) => void;
}

export interface ConsoleOptions {
  /** The environment to show first; absent: as `openWorkspace` decides. */
  readonly env?: string | undefined;
  /** Undefined: 7300, or the next one that is free. */
  readonly port: number | undefined;
  /** The address to listen on: `127.0.0.1` unless somebody said another. */
  readonly address: string;
  /** Nothing can be changed, by anybody. */
  readonly readOnly: boolean;
  /** Who has a token may change things, where that isn't so by itself. */
  readonly allowChanges: boolean;
  /**
   * Beside something that runs for a whole team: each person needs a token, also on this machine.
   */
  readonly shared: boolean;
  /** What people type where a proxy is in front: `https://console.acme.com`. */
  readonly origin?: string | undefined;
}

export interface OpenedConsole {
  /** What opens it, with its one-time code where it has one. */
  readonly address: string;
  /** Somebody who has it may change things. */
  readonly changes: boolean;
  /** People need a token of `esteira console token add`. */
  readonly tokens: boolean;
  /** The port that it listens on. */
  readonly port: number;
  close(): Promise<void>;
}
