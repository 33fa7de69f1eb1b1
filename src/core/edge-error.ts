/** An expected failure at an edge of the program, said so that a person can act on it. */
export interface EdgeError {
  readonly reason:
    | "not-found"
    | "not-deployed"
    | "conflict"
    | "refused"
    | "unavailable"
    | "permission"
    | "invalid"
    | "limit"
    | "corrupt"
    | "interrupted"
    | "failed";
  /** One sentence: what happened, naming the resource. */
  readonly message: string;
  /** What to do next. */
  readonly help?: string;
  /** `run recsys-2026…`, `/path/of/file`, an ARN … */
  readonly resource?: string;
}
