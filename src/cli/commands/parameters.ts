import { TIME_SPAN_EXPECTED, timeSpanSeconds } from "../../core/time-span.ts";
import { proposeFiles, proposeProjects, proposeRuns } from "./proposals.ts";

/** A project by its name, which the shell completes. */
export const projectParameter = {
  brief: "Name of a project",
  placeholder: "PROJECT",
  parse: String,
  proposeCompletions: proposeProjects,
} as const;

/** A run by its id, a part of it, `latest`, or the name of a project. */
export const runParameter = {
  brief: "A run's id, its beginning or end, latest, or a project's name (its latest run)",
  placeholder: "RUN|PROJECT",
  parse: String,
  proposeCompletions: proposeRuns,
} as const;

/**
 * The path of a file or folder, which the shell completes.
 *
 * @param placeholder what an error calls it, in capitals: `FILE`
 */
export function pathParameter(placeholder: string, brief: string) {
  return { brief, placeholder, parse: String, proposeCompletions: proposeFiles } as const;
}

/**
 * An argument that is one of a few words, which the shell completes.
 *
 * @param placeholder what an error calls it, in capitals: `SHELL`
 */
export function choiceParameter<const Value extends string>(
  placeholder: string,
  values: readonly Value[],
  brief: string,
) {
  return {
    brief,
    placeholder,
    values,
    parse: (input: string): Value => {
      const value = values.find((one) => one === input);
      if (value !== undefined) return value;
      throw new Error(`it is ${[values.slice(0, -1).join(", "), values.at(-1)].join(" or ")}`);
    },
    proposeCompletions: () => values,
  } as const;
}

/** The same argument where it may be left out. */
export function optional<const Argument extends object>(argument: Argument) {
  return { ...argument, optional: true } as const;
}

/** Parses a count that a flag takes. */
export function positiveInteger(input: string): number {
  const value = Number(input);
  if (Number.isInteger(value) && value > 0) return value;
  throw new Error("it is a whole number above 0");
}

/** Parses a count that may be zero. */
export function wholeNumber(input: string): number {
  const value = Number(input);
  if (input.trim() !== "" && Number.isInteger(value) && value >= 0) return value;
  throw new Error("it is a whole number, 0 or above");
}

const longestHoldSeconds = 7 * 86_400;

/** Parses how long a failed step is held; in seconds. */
export function holdSpan(input: string): number {
  const seconds = timeSpanSeconds(input);
  if (seconds !== undefined && seconds <= longestHoldSeconds) return seconds;
  throw new Error(`it is ${TIME_SPAN_EXPECTED}, at most 7d`);
}

/** Parses a port; 0 is any that is free. */
export function portNumber(input: string): number {
  const value = Number(input);
  if (/^\d+$/.test(input) && value <= 65_535) return value;
  throw new Error("it is a whole number from 0 to 65535");
}
