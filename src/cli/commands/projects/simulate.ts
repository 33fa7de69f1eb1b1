import { stepOfState } from "../../../core/state-names.ts";
import type { Json } from "../../../core/json.ts";
import { ok, type Result } from "../../../core/result.ts";
import type { StartTask, TaskOutcome } from "../../../states/simulate.ts";
import type { DefinitionProblem } from "../../../states/types.ts";
import type { ActionOf } from "../definition.ts";
import type { CliContext } from "../../terminal/context.ts";
import { exitCodes } from "../../../app/exit-codes.ts";
import { usage, type Failure } from "../../../app/failure.ts";
import { printJson } from "../../terminal/json-output.ts";
import type { simulateCommand, SimulateFlags } from "./simulate-command.ts";
import type { TimelineEntry } from "../../../app/simulate/simulate-timeline.ts";
import type { Subject } from "../../../app/simulate/simulate-subject.ts";

export const simulate: ActionOf<typeof simulateCommand> = async (context, flags, what) => {
  if (flags.batch === true) {
    const others = [what, flags.input, flags.fail, flags.outcomes, flags.env, flags.json];
    if (others.some((other) => other !== undefined)) {
      return usage(
        "--batch can't be combined with anything else",
        "What to simulate is read from stdin, a line each.",
      );
    }
    const { answerLines } = await import("../../../app/simulate/simulate-batch.ts");
    await answerLines(context.input(), (line) => {
      if (context.out.closed()) context.leave(exitCodes.ok.code);
      context.out.line(line);
      return context.out.drained();
    });
    return ok("ok");
  }
  if (what === undefined) {
    return usage(
      "PROJECT|FILE.asl.json is missing",
      "Name a project or a file with a state machine, or read many from stdin with --batch.",
    );
  }
  const { subjectOf } = await import("../../../app/simulate/simulate-subject.ts");
  const subject = await subjectOf(context, what, flags.env);
  if (!subject.ok) return subject;
  const input = await inputOf(context, flags.input);
  if (!input.ok) return input;
  const { answerTo, scriptFor } = await import("../../../app/simulate/simulate-script.ts");
  const script = await scriptFor(context, subject.value, flags.fail ?? [], flags.outcomes);
  if (!script.ok) return script;
  return show(context, flags, subject.value, input.value, script.value, answerTo);
};

async function show(
  context: CliContext,
  flags: SimulateFlags,
  subject: Subject,
  input: Json,
  script: readonly TaskOutcome[],
  answerTo: (command: StartTask) => TaskOutcome,
) {
  const { simulateBounded } = await import("../../../app/simulate/simulation.ts");
  const simulation = await simulateBounded(subject.definition, input, script, {
    otherwise: answerTo,
    startAt: context.clock.now(),
    identity: { stateMachineName: subject.name },
  });
  if (simulation.status === "INVALID") return notValid(subject, simulation.problems);
  const { timelineOf } = await import("../../../app/simulate/simulate-timeline.ts");
  const timeline = named(subject, timelineOf(simulation.history));
  if (flags.json === true) {
    const { status, output, error, cause, events } = simulation;
    printJson(context, "simulate", {
      subject: subject.title,
      status,
      output,
      error,
      cause,
      timeline,
      events,
    });
  } else {
    const { renderSimulation } = await import("../../render/simulate.ts");
    const { style } = context.out;
    const screen = { title: subject.title, simulation, timeline };
    context.out.lines(renderSimulation(screen, { style, width: context.out.width() }));
  }
  return ok(simulation.status === "SUCCEEDED" ? ("ok" as const) : ("failed" as const));
}

/** A file's problems, at their places. A project's have been reported before. */
async function notValid(subject: Subject, problems: readonly DefinitionProblem[]) {
  const { jsonPlaces, placeInJson } = await import("../../../config/yaml/json-source.ts");
  const { sourceRange } = await import("../../../config/yaml/source-range.ts");
  const { invalid } = await import("../../../app/workspace.ts");
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
async function inputOf(
  context: CliContext,
  given: string | undefined,
): Promise<Result<Json, Failure>> {
  if (given === undefined) return ok({});
  const { textOf } = await import("../../../app/simulate/simulate-subject.ts");
  const text = given.startsWith("@") ? await textOf(context, given.slice(1)) : ok(given);
  if (!text.ok) return text;
  try {
    return ok(JSON.parse(text.value) as Json);
  } catch {
    return usage(
      `${given.startsWith("@") ? given.slice(1) : "--input"} is not JSON`,
      `Write it as in --input '{"params": {"country": "BR"}}', or name a file that holds it: --input @run.json.`,
    );
  }
}
