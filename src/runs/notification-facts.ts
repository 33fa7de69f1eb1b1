import type { Language } from "../core/language.ts";
import type { WebhookFormat } from "../core/webhook-format.ts";
import type { Diagnosis, RunSummary, RunView } from "./model.ts";

/** Everything that the notification of a run's outcome is made of. */
export interface NotificationFacts {
  readonly run: RunSummary;
  readonly view: RunView;
  readonly diagnosis: Diagnosis | undefined;
  /** The last lines of the failed attempt's log, oldest first. */
  readonly logTail: readonly string[];
  /**
   * The run of the same project that ended before this one, or this one's own end before it was
   * redriven; undefined for the first.
   */
  readonly previous: Pick<RunSummary, "status" | "run"> | undefined;
  readonly recipients: {
    readonly onSuccess: readonly Recipient[];
    readonly onFailure: readonly Recipient[];
  };
  /** Address of the run in the console; undefined where there is none. */
  readonly url?: string;
  /** Set where its steps have added to its report; `url` where that is for a browser. */
  readonly report?: { readonly url?: string };
  readonly around?: Surroundings;
}

/** What is known of the run's surroundings; each platform says what it knows. */
export interface Surroundings {
  readonly language?: Language;
  readonly workspace?: string;
  /** The machine that drove the run; undefined on AWS. */
  readonly host?: string;
  readonly owners?: { readonly technical?: string; readonly business?: string };
  /** Zone of the schedule; absent: UTC alone. */
  readonly timezone?: string;
  /** Milliseconds since the epoch; undefined: there is none. Absent: nobody looked. */
  readonly nextRun?: number | undefined;
  /** The last run that succeeded before; undefined: none did. Absent: nobody looked. */
  readonly lastSuccess?: LastSuccess | undefined;
  /** The parameters that the run had. Absent: nobody looked. */
  readonly params?: Readonly<Record<string, string>>;
  /** Set where the environment has a registry and the run no version of this model. */
  readonly missingModel?: string;
}

/** What a run that succeeded had, to compare with. */
export interface LastSuccess extends Pick<
  RunSummary,
  "run" | "endedAt" | "version" | "release" | "modelVersion"
> {
  /** Absent: not known. */
  readonly params?: Readonly<Record<string, string>>;
}

/** Who is notified. */
export type Recipient =
  | { readonly kind: "email"; readonly address: string }
  | { readonly kind: "webhook"; readonly url: string; readonly format?: WebhookFormat };
