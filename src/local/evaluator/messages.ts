import type { Answer, Question } from "../../states/elsewhere/question.ts";

/** What the evaluating process is sent. */
export interface Asked {
  readonly id: number;
  readonly question: Question;
  /** Milliseconds of processor time. */
  readonly limitMs: number;
}

/** What it sends back. */
export type Answered =
  | { readonly id: number; readonly answer: Answer }
  /** A bug was met. */
  | { readonly id: number; readonly broken: string };
