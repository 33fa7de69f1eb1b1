/**
 * Why a state failed: an expected outcome, passed on as a value. It is a class only so that
 * `instanceof` distinguishes it from the JSON values that are in the same place, at no cost.
 */
export class StateFailure {
  /** Undefined only for a Fail state that names none. */
  readonly error: string | undefined;
  readonly cause: string | undefined;
  /** No Retry and no Catch sees it (`States.Runtime`). */
  readonly fatal: boolean;
  /**
   * Set for a failed JSONata evaluation: the field that holds the expression, as AWS names it
   * (`Output/score`).
   */
  readonly location: string | undefined;
  /** The cause doesn't say yet in which state it happened. */
  readonly unplaced: boolean;

  constructor(fields: {
    error: string | undefined;
    cause?: string | undefined;
    fatal?: boolean;
    location?: string;
    unplaced?: boolean;
  }) {
    this.error = fields.error;
    this.cause = fields.cause;
    this.fatal = fields.fatal ?? false;
    this.location = fields.location;
    this.unplaced = fields.unplaced ?? false;
  }
}

/** A failure of the definition's own making at run time; terminal on AWS. */
export function runtimeFailure(cause: string): StateFailure {
  return new StateFailure({ error: "States.Runtime", cause, fatal: true, unplaced: true });
}

/**
 * A failure with its own error name that Retry and Catch see, and a cause that AWS opens with
 * the state's name.
 */
export function placedFailure(error: string, cause: string): StateFailure {
  return new StateFailure({ error, cause, unplaced: true });
}

/** A JSONata expression that failed or gave something unfit for its field. */
export function queryFailure(location: string, cause: string): StateFailure {
  return new StateFailure({
    error: "States.QueryEvaluationError",
    cause,
    location,
    unplaced: true,
  });
}

/** The sentence with which AWS opens the cause of a failure inside a state. */
export function placed(failure: StateFailure, state: string, enteredEvent: number): StateFailure {
  if (!failure.unplaced) return failure;
  const opening = `An error occurred while executing the state '${state}' (entered at the event id #${enteredEvent}).`;
  const cause = `${opening} ${failure.cause ?? ""}`;
  return failure.location === undefined
    ? new StateFailure({ error: failure.error, cause, fatal: failure.fatal })
    : new StateFailure({ error: failure.error, cause, location: failure.location });
}
