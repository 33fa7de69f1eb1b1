import type { BooleanFlag, EnumFlag } from "./definition.ts";
import { positiveInteger } from "./parameters.ts";
import { proposeAwsEnvironments, proposeEnvironments, proposeFiles } from "./proposals.ts";

/** A flag that is given or not. */
export function booleanFlag(brief: string): BooleanFlag & { readonly withNegated: false } {
  return { kind: "boolean", brief, optional: true, withNegated: false };
}

/** A flag that is on unless `--no-NAME` is given. */
export function negatableFlag(brief: string): BooleanFlag {
  return { kind: "boolean", brief, optional: true };
}

/** A flag with a text that may be left out. */
export function textFlag(placeholder: string, brief: string) {
  return { kind: "parsed", parse: String, placeholder, brief, optional: true } as const;
}

/** A flag with the path of a file or folder, which the shell completes. */
export function pathFlag(placeholder: string, brief: string) {
  return { ...textFlag(placeholder, brief), proposeCompletions: proposeFiles } as const;
}

/** A flag with a text that must be given. */
export function requiredTextFlag(placeholder: string, brief: string) {
  return { kind: "parsed", parse: String, placeholder, brief } as const;
}

/** A flag with a text that may be given more than once. */
export function listFlag(placeholder: string, brief: string) {
  return { ...textFlag(placeholder, brief), variadic: true } as const;
}

/** A flag that takes one of a few words. */
export function enumFlag<const Value extends string>(
  values: readonly Value[],
  brief: string,
): EnumFlag & { readonly values: readonly Value[] } {
  return { kind: "enum", values, brief, optional: true };
}

/** A flag with a number that must be given; `parse` says which numbers it takes. */
export function requiredNumberFlag(
  placeholder: string,
  brief: string,
  parse: (input: string) => number,
) {
  return { kind: "parsed", parse, placeholder, brief } as const;
}

/** A flag with a number that may be left out. */
export function optionalNumberFlag(
  placeholder: string,
  brief: string,
  parse: (input: string) => number,
) {
  return { ...requiredNumberFlag(placeholder, brief, parse), optional: true } as const;
}

/** A flag with a number that is `whenAbsent` where it isn't given. */
export function numberFlag(
  placeholder: string,
  brief: string,
  parse: (input: string) => number,
  whenAbsent: number,
) {
  return {
    ...requiredNumberFlag(placeholder, brief, parse),
    default: String(whenAbsent),
  } as const;
}

/** Answers the question that a command would ask before it changes something. */
export const yesFlag = { ...booleanFlag("Don't ask"), short: "y" } as const;

/** How many entries a list has. */
export const limitFlag = {
  ...numberFlag("N", "How many", positiveInteger, 20),
  short: "n",
} as const;

/** The flag that every command has. */
export const jsonFlag = {
  json: booleanFlag("Print JSON on stdout, for programs"),
} as const;

const env = { ...textFlag("ENV", "Environment to act on ($ENV, else local)"), short: "e" } as const;

/** The flag that says which environment a command acts on, by the scope in its definition. */
export const envFlags = {
  none: {},
  any: { env: { ...env, proposeCompletions: proposeEnvironments } },
  named: { env: { ...env, proposeCompletions: proposeAwsEnvironments } },
} as const;
