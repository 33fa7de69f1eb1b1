import { isJsonObject, type Json, type JsonObject } from "../core/json.ts";
import { simulate, type Simulation, type TaskOutcome } from "./simulate.ts";
import type { InterpreterOptions } from "./types.ts";

/** One execution's answer; `docs/reference/simulate.md` has the fields. */
export interface BatchAnswer {
  readonly id: Json;
  readonly status: Simulation["status"];
  readonly output: Json;
  readonly error: string | null;
  readonly cause: string | null;
  readonly events: readonly string[];
}

/** A line that can't be taken as an execution; its answer says so and the batch continues. */
const BAD_LINE = "Batch.InvalidLine";

/**
 * Runs the execution that one line asks for and gives the line that answers it, without line breaks
 * at the end. Whatever is in the line, there is an answer.
 */
export async function answerLine(line: string, options: InterpreterOptions = {}): Promise<string> {
  let request: Json;
  try {
    request = JSON.parse(line) as Json;
  } catch (error) {
    return textOf(invalid(null, BAD_LINE, `The line is not JSON: ${messageOf(error)}`));
  }
  if (!isJsonObject(request)) {
    return textOf(invalid(null, BAD_LINE, "The line is not a JSON object."));
  }
  const id = request["id"] ?? null;
  try {
    return textOf(await answerOf(id, request, options));
  } catch (error) {
    // Nested too deeply, in most cases: what recursion can't walk through.
    return textOf(invalid(id, "Batch.NotAnswered", messageOf(error)));
  }
}

/** The answer to a line that can't be read. */
export function answerUnreadable(cause: string): string {
  return textOf(invalid(null, BAD_LINE, cause));
}

async function answerOf(
  id: Json,
  { definition, input, outcomes }: JsonObject,
  options: InterpreterOptions,
): Promise<BatchAnswer> {
  if (definition === undefined) return invalid(id, BAD_LINE, "The line has no definition.");
  const script = scriptOf(outcomes);
  if (typeof script === "string") return invalid(id, BAD_LINE, script);
  let machine = definition;
  if (typeof machine === "string") {
    try {
      machine = JSON.parse(machine) as Json;
    } catch (error) {
      return invalid(
        id,
        "INVALID_JSON_DESCRIPTION",
        `The definition is not JSON: ${messageOf(error)}`,
      );
    }
  }
  if (!isJsonObject(machine)) {
    return invalid(id, "INVALID_JSON_DESCRIPTION", "Expected value of type Object");
  }
  const run = await simulate(machine, input === undefined ? {} : input, script, {
    // What the script gives no end for has none: only the state's own time limit ends it.
    otherwise: () => "never",
    ...options,
  });
  return {
    id,
    status: run.status,
    output: run.output ?? null,
    error: run.error ?? null,
    cause: run.cause ?? null,
    events: run.events,
  };
}

/** Reads a list of outcomes as JSON has it; the text is what is wrong with it. */
export function scriptOf(outcomes: Json | undefined): readonly TaskOutcome[] | string {
  if (outcomes === undefined || outcomes === null) return [];
  if (!Array.isArray(outcomes)) return "The outcomes are not a list.";
  const script: TaskOutcome[] = [];
  for (const [index, outcome] of (outcomes as readonly Json[]).entries()) {
    const read = outcomeOf(outcome);
    if (typeof read === "string") return `Outcome ${index + 1} ${read}.`;
    script.push(read);
  }
  return script;
}

function outcomeOf(outcome: Json): TaskOutcome | string {
  if (!isJsonObject(outcome)) return "is not an object";
  const { state, output, error = null, cause = null, seconds } = outcome;
  if (typeof state !== "string") return "names no state";
  if (error !== null && typeof error !== "string") return "has an error that is not a text";
  if (seconds !== undefined && !(typeof seconds === "number" && seconds >= 0)) {
    return "has seconds that are not a number from 0";
  }
  const taking = seconds === undefined ? {} : { seconds };
  if (output === undefined || (output === null && error !== null)) {
    return { state, error, cause, ...taking };
  }
  return error === null ? { state, output, ...taking } : "has both an output and an error";
}

function invalid(id: Json, error: string, cause: string): BatchAnswer {
  return { id, status: "INVALID", output: null, error, cause, events: [] };
}

function textOf(answer: BatchAnswer): string {
  return JSON.stringify(answer);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
