import type { Language } from "../../core/language.ts";

/**
 * What a message about a run says, field by field: its text, its HTML and a webhook's form are made
 * of it. Every text is of one line, but for `log`.
 */
export interface Message {
  readonly language: Language;
  readonly tone: "good" | "bad";
  /** `recsys failed at score_model` */
  readonly title: string;
  /** `recsys 1.0.0 failed in prd after 4 min 5 s.` */
  readonly headline: string;
  /** Sentences below it: that the run before failed, that steps have no model. */
  readonly notes: readonly string[];
  /** What happened and what to do; none for a success. */
  readonly cause: readonly Field[];
  readonly facts: readonly Field[];
  readonly steps: readonly MessageStep[];
  /** What differs from the last run that succeeded; empty: nothing known. */
  readonly changes: readonly Field[];
  readonly log: { readonly title: string; readonly lines: readonly string[] } | undefined;
  /** Commands and addresses, with what they are for. */
  readonly next: readonly Field[];
  /** The run's page; undefined where there is none. */
  readonly url: string | undefined;
}

export interface Field {
  readonly label: string;
  readonly text: string;
}

export interface MessageStep {
  readonly id: string;
  readonly text: string;
  readonly tone: "good" | "bad" | "neutral";
}
