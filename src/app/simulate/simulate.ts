import { jsonPlaces, placeInJson } from "../../config/yaml/json-source.ts";
import { sourceRange } from "../../config/yaml/source-range.ts";
import type { Json } from "../../core/json.ts";
import { ok, type Result } from "../../core/result.ts";
import { stepOfState } from "../../core/state-names.ts";
import { maxNesting, nestsTooDeep } from "../../states/nesting.ts";
import type { DefinitionProblem } from "../../states/types.ts";
import type { DocumentOf } from "../documents/documents.ts";
import { usage, type Failure } from "../failure.ts";
import type { Host } from "../host.ts";
import { invalid } from "../workspace.ts";
import { answerTo, scriptFor } from "./simulate-script.ts";
import { subjectOf, textOf, type Subject } from "./simulate-subject.ts";
import { timelineOf, type TimelineEntry } from "./simulate-timeline.ts";
import { simulateBounded } from "./simulation.ts";

export interface SimulateOptions {
  /** The environment whose project is meant; undefined: the usual one. */
  readonly environment: string | undefined;
  /** The run's input as JSON, or the file after an `@`; undefined: `{}`. */
  readonly input: string | undefined;
  /** Steps that fail, as `--fail` has them. */
  readonly fail: readonly string[];
  /** A file with the outcomes of tasks. */
  readonly outcomes: string | undefined;
}

export interface Simulated {
  readonly document: DocumentOf<"simulate">;
  readonly timeline: readonly TimelineEntry[];
  readonly simulation: Extract<
    Awaited<ReturnType<typeof simulateBounded>>,
    { readonly history: object }
  >;
}

/**
 * Goes through a state machine without carrying anything out.
 *
 * @param what a project, or a file with a definition
 */
export async function simulate(
  host: Host,
  what: string,
  options: SimulateOptions,
): Promise<Result<Simulated, Failure>> {
  const found = await subjectOf(host, what, options.environment);
  if (!found.ok) return found;
  const subject = found.value;
  const input = await inputOf(host, options.input);
  if (!input.ok) return input;
  const script = await scriptFor(host, subject, options.fail, options.outcomes);
  if (!script.ok) return script;
  const simulation = await simulateBounded(subject.definition, input.value, script.value, {
    otherwise: answerTo,
    startAt: host.clock.now(),
    identity: { stateMachineName: subject.name },
  });
  if (simulation.status === "INVALID") return notValid(subject, simulation.problems);
  const timeline = named(subject, timelineOf(simulation.history));
  const { status, output, error, cause, events } = simulation;
  const document = { subject: subject.title, status, output, error, cause, timeline, events };
  return ok({ document, timeline, simulation });
}

/** A file's problems, at their places. A project's have been reported before. */
function notValid(subject: Subject, problems: readonly DefinitionProblem[]) {
  const { text } = subject;
  const places = text === undefined ? undefined : jsonPlaces(text);
  const diagnostics = problems.map(({ code, message, location, severity }) => {
    const place = places?.ok === true ? placeInJson(places.value, location) : undefined;
    return {
      code: "definition/invalid",
      severity: severity === "ERROR" ? ("error" as const) : ("warning" as const),
      message: message.replace(/\.$/, ""),
      help: `Step Functions says ${code} at ${location === "" ? "/" : location}`,
      location:
        place === undefined || text === undefined
          ? { file: subject.title }
          : { file: subject.title, range: sourceRange(text, place.start, place.end) },
    };
  });
  return invalid(diagnostics, "nothing was simulated: correct the errors above first");
}

/** A project's timeline has its steps, by their ids; a file's has every state. */
function named(subject: Subject, timeline: readonly TimelineEntry[]): readonly TimelineEntry[] {
  if (subject.kind === "file") return timeline;
  const steps = new Map([...subject.tasks].map(([step, state]) => [state, step]));
  return timeline.flatMap((entry): TimelineEntry[] => {
    const step = steps.get(entry.state);
    if (step !== undefined && entry.kind !== "state") return [{ ...entry, state: step }];
    const found = stepOfState(entry.state);
    if (found?.role === "skip" && subject.tasks.has(found.step)) {
      return [{ ...entry, state: found.step, outcome: "skipped" }];
    }
    return entry.kind === "state" ? [] : [entry];
  });
}

/** JSON as it is given, or in the file after an `@`. */
async function inputOf(host: Host, given: string | undefined): Promise<Result<Json, Failure>> {
  if (given === undefined) return ok({});
  const text = given.startsWith("@") ? await textOf(host, given.slice(1)) : ok(given);
  if (!text.ok) return text;
  const named = given.startsWith("@") ? given.slice(1) : "--input";
  try {
    const input = JSON.parse(text.value) as Json;
    if (!nestsTooDeep(input)) return ok(input);
    return usage(
      `${named} nests deeper than ${maxNesting} levels`,
      "No state hands on what nests as deep: give a flatter one.",
    );
  } catch {
    return usage(
      `${named} is not JSON`,
      `Write it as in --input '{"params": {"country": "BR"}}', or name a file that holds it: --input @run.json.`,
    );
  }
}
