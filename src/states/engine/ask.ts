import type { HistoryEvent } from "../../core/history.ts";
import { textOf } from "../../core/history.ts";
import type { Json } from "../../core/json.ts";
import { excessFailure } from "../elsewhere/excess.ts";
import type { Job } from "../elsewhere/job.ts";
import type { Evaluator, Excess, Question } from "../elsewhere/question.ts";
import { StateFailure } from "../failure.ts";
import type { Scope } from "../machine.ts";
import type { Thread } from "./model.ts";
import { EndOfTape, Unrepeatable } from "./tape.ts";

/**
 * Has a job evaluated where it can be ended. During a replay nothing is timed again: an evaluation
 * that was ended then is known by the failure that was recorded, any other came to an end, and what
 * comes after the last recorded event isn't evaluated at all.
 */
export async function ask(
  thread: Thread,
  evaluator: Evaluator,
  job: Job,
  root: Json,
  scope: Scope,
): Promise<Json | StateFailure> {
  const { tape } = thread.engine;
  const next = tape?.events[tape.position];
  if (tape !== undefined && next === undefined && tape.continueAt === undefined) {
    throw new EndOfTape();
  }
  const recorded = next === undefined ? undefined : excessRecorded(next, job, thread);
  if (recorded !== undefined) return excessFailure(job, recorded);

  const question = questionOf(thread, job, root, scope);
  const answer = await evaluator.ask(question, next === undefined ? "first" : "again");
  if (answer.kind === "ended") {
    if (next !== undefined) throw new Unrepeatable(next, thread.state.name);
    return excessFailure(job, answer.excess);
  }
  thread.draws = answer.drawn;
  return answer.kind === "value" ? answer.value : new StateFailure(failureFields(answer));
}

function failureFields({
  error,
  cause,
  fatal,
  location,
  unplaced,
}: Extract<Awaited<ReturnType<Evaluator["ask"]>>, { kind: "failure" }>): ConstructorParameters<
  typeof StateFailure
>[0] {
  const fields = { error, cause, fatal, unplaced };
  return location === undefined ? fields : { ...fields, location };
}

/** By which limit the record says that the job was ended; undefined if it says nothing of it. */
function excessRecorded(event: HistoryEvent, job: Job, thread: Thread): Excess | undefined {
  const { details, type } = event;
  if (job.kind === "expression") {
    if (type !== "EvaluationFailed") return undefined;
    if (details["location"] !== job.location || details["state"] !== thread.state.name) {
      return undefined;
    }
  } else if (type !== "ExecutionFailed") {
    return undefined;
  }
  const cause = textOf(details, "cause") ?? "";
  return (["time", "memory"] as const).find((excess) =>
    cause.endsWith(` ${excessFailure(job, excess).cause ?? ""}`),
  );
}

function questionOf(thread: Thread, job: Job, root: Json, scope: Scope): Question {
  const { engine } = thread;
  return {
    job,
    root: job.kind === "expression" ? null : root,
    input: scope.input,
    ...(scope.result === undefined ? {} : { result: scope.result }),
    ...(scope.errorOutput === undefined ? {} : { errorOutput: scope.errorOutput }),
    variables: scope.variables,
    context: scope.context(),
    now: scope.now(),
    draws: { visit: `${engine.seed}:${thread.enteredEvent}`, count: thread.draws },
  };
}
