/** Why a text is not a cron expression that every platform understands alike. */
export interface CronProblem {
  readonly reason:
    | "field-count"
    | "time-zone"
    | "macro"
    | "not-unix"
    | "syntax"
    | "out-of-range"
    | "both-day-fields"
    | "never-fires";
  /** One sentence without a full stop. */
  readonly message: string;
  readonly help: string;
  /** The expressions that `help` offers; each can be read, and means what it is offered for. */
  readonly advice: readonly string[];
  /** The part of the text that is meant: offset and length in code units. */
  readonly start: number;
  readonly length: number;
}
