import { nearest } from "../config/suggest.ts";

/**
 * What to say to somebody who named something that isn't there: the name that is meant, or all
 * there are.
 */
export function suggestName(
  name: string,
  known: readonly string[],
  words: { readonly have: string; readonly none: string },
): string {
  if (known.length === 0) return words.none;
  const meant = nearest(name, known);
  if (meant !== undefined) return `Did you mean ${meant}?`;
  const shown = known.slice(0, 12);
  return `${words.have} ${shown.join(", ")}${known.length > shown.length ? ", …" : ""}.`;
}

export const projectWords = {
  have: "This workspace has",
  none: "This workspace has no projects yet: `esteira new` makes one.",
} as const;

export const stepWords = { have: "Its steps are", none: "It has no steps at all." } as const;

/**
 * The command line to type next; names the environment unless it is the one that is meant anyway.
 */
export function suggestion(environment: string, ...words: readonly string[]): string {
  return ["esteira", ...words, ...(environment === "local" ? [] : [`-e ${environment}`])].join(" ");
}
