/**
 * How ECS says that a task ended for a reason that is not its command's. The compiler writes these
 * into a definition's expressions and the reader of a history reads with them, so that both judge
 * alike. Codes and texts:
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html and
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/api_failures_messages.html
 *
 * The patterns are regular expressions in JSONata and in JavaScript: no group in brackets, since
 * JSONata counts those to find a pattern's end.
 */

/** Why a task ended, where it is nothing that its step did. */
export type Setback =
  /** Its instance was reclaimed, terminated, or went away otherwise. */
  | "instance-lost"
  /** No instance had room for it, or none came up: it never ran. */
  | "no-capacity";

/** Stop codes of a task whose instance went away. */
export const LOST_CODES = ["SpotInterruption", "TerminationNotice", "InfrastructureHealth"];

/** Stopped reasons of the same, where the code says nothing. */
export const LOST_REASON = String.raw`^Host EC2 \(instance \S+\) (terminated|stopped)|^Container instance deregistration`;

/** Stop code of a task that never ran. */
export const NEVER_STARTED = "TaskFailedToStart";

/**
 * Reasons for which waiting helps. `ATTRIBUTE` and placement constraints are none: no instance of
 * the group will ever have what is missing.
 */
export const NO_ROOM = "RESOURCE:|EMPTY CAPACITY PROVIDER|NO ACTIVE INSTANCES|\\bAGENT\\b";

/** Stopped reasons that say nothing: then it matters whether a container has a reason. */
export const NO_REASON = "^(Task failed to start)?$";

/** Errors of RunTask itself that `NO_ROOM` is looked for in. */
export const NOT_PLACED_ERROR = "AmazonECS.Unknown";

/** How often a step is started again whose instance was lost, where its config doesn't say. */
export const LOST_INSTANCE_RETRIES = 3;

/** Hours that a step's task may wait for an instance with room, where its config doesn't say. */
export const CAPACITY_WAIT_HOURS = 6;

/** Seconds between a task that found no room and the next try. */
export const CAPACITY_PAUSE_SECONDS = 60;
