import type { Clock } from "../../core/clock.ts";
import type { HistoryEvent } from "../../core/history.ts";
import type { Language } from "../../core/language.ts";
import type { JsonObject } from "../../core/json.ts";
import type { RunInput } from "../../runs/model.ts";
import type { Evaluator } from "../../states/elsewhere/question.ts";
import type { Executor, PreparedRuntime } from "../executors/port.ts";
import type { Layout } from "../layout.ts";
import type { Deploy } from "../store/deployments.ts";
import type { Store } from "../store/store.ts";
import type { Admission } from "./admission.ts";

/** What driving runs needs of its surroundings. */
export interface EngineContext {
  readonly layout: Layout;
  readonly store: Store;
  readonly environment: string;
  readonly clock: Clock;
  /** Who drives: the owner of the runs, as the store has it. */
  readonly owner: string;
  readonly admission: Admission;
  /** The state machine that the deploy's runs go through. */
  readonly definitionOf: (deploy: Deploy) => JsonObject;
  readonly executors: Executors;
  /** The process's environment: where secrets may be. */
  readonly processEnvironment: Readonly<Record<string, string | undefined>>;
  readonly observer: EngineObserver;
  /** Where what may take long of a state machine's expressions is evaluated. */
  readonly evaluator: Evaluator;
  /** That people are written to in. */
  readonly language: Language;
}

export type Executors = Readonly<Record<PreparedRuntime["executor"], Executor>>;

/** Called with what happens in the moment it does; tests stop the process in one of them. */
export interface EngineObserver {
  /** The events are durable, their commands not yet carried out. */
  appended?(run: string, events: readonly HistoryEvent[]): void;
  /**
   * Something is about to be done, or was done, outside: `start 7`, `started 7`, `finished 7`,
   * `stop 7`.
   */
  effect?(run: string, what: string): void;
  /**
   * Appends each event in a separate transaction, so that a history can be cut after any of them.
   */
  readonly eventByEvent?: boolean;
}

/** What a run is driven with, besides its row. */
export interface DrivenRun {
  readonly id: number;
  readonly run: string;
  readonly project: string;
  readonly origin: string;
  readonly deploy: Deploy;
  /** Of its input: what its steps get in place of what the release declares. */
  readonly overrides: RunInput["overrides"];
  /** Steps that fail keep their place for a while. */
  readonly holds: boolean;
}

/** What a deploy decided for the executor, out of the deployed release. */
export function runtimeOf(deploy: Deploy): PreparedRuntime {
  const { executor, ...decided } = deploy.decided;
  return { executor: executor === "docker" ? "docker" : "process", decided };
}
