import * as z from "zod";

import { TIME_SPAN, TIME_SPAN_EXPECTED } from "../../core/time-span.ts";

/**
 * Text that people write without quotes although YAML reads it as something else: `3.10`, `1.0`,
 * `true`, `012345678901`. The reader gives the text as it was written; the JSON Schema lets editors
 * accept it.
 */
export function looseText(description: string): z.ZodString {
  return z.string().meta({ description, type: [...LOOSE_TYPES] });
}

export const LOOSE_TYPES = ["string", "number", "boolean"] as const;

export function text(description: string): z.ZodString {
  return z.string().describe(description);
}

/** Text of a fixed form; `expected` ends the sentence "must be …". */
export function textLike(pattern: RegExp, expected: string, description: string): z.ZodString {
  return z.string().regex(pattern, { error: expected }).describe(description);
}

export function flag(description: string): z.ZodBoolean {
  return z.boolean().describe(description);
}

export function whole(min: number, max: number, description: string): z.ZodNumber {
  return z.number().int().min(min).max(max).describe(description);
}

export function amount(min: number, max: number, description: string): z.ZodNumber {
  return z.number().min(min).max(max).describe(description);
}

/** A span of time such as `7d`. */
export function timeSpan(description: string): z.ZodString {
  return textLike(TIME_SPAN, TIME_SPAN_EXPECTED, description);
}

export const ENVIRONMENT_NAME = /^[a-z][a-z0-9-]{0,19}$/;
export const ENVIRONMENT_NAME_EXPECTED =
  "a name such as dev: a lower-case letter, then up to 19 lower-case letters, digits and hyphens";

const THIRTY_DAYS = 2_592_000;

/** Environment variables. */
export const variables = (description: string) =>
  z
    .record(
      z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, {
        error: "a name of letters, digits and underscores that doesn't start with a digit",
      }),
      looseText("The variable's value; always text in the step."),
    )
    .describe(description);

/** A time limit in seconds. */
export const timeout = (description: string) => whole(1, THIRTY_DAYS, description).optional();
/** Attempts after the first. */
export const retries = (description: string) => whole(0, 20, description).optional();
