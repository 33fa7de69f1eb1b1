/**
 * What a part of an expression may be, in units of what it is evaluated over: a value is one unit,
 * and as many characters of a text are as are handled in the time that one value takes.
 */
export interface Weight {
  /** What it gives. */
  readonly size: number;
  /** What is handled for it; a unit takes half a microsecond or less. */
  readonly cost: number;
  /** Whether it is text already, which `&` and `$string` leave as long as it is. */
  readonly text?: boolean | undefined;
  /** What was parsed: how long its text was, all of which is in fewer units than its values. */
  readonly written?: number | undefined;
}

/** Characters of a text that are one unit. */
export const unitOfText = 64;

/** A look doesn't show what something may cost. */
export class Unproven extends Error {}

/** The same as text: what is escaped has six characters for one. */
export function asText(weight: Weight): Weight {
  const { size, text, written = size } = weight;
  return text === true ? weight : { ...weight, size: written * 6, text: true, written: undefined };
}
