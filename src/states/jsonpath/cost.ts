import { isJsonObject, type Json } from "../../core/json.ts";

/** Longer filters are many comparisons an item. */
const longFilter = 2000;

/** Each place that a step names may have all that is there. */
const mostPlaces = 20;

/** Each reference of a call may be to all of the input. */
const mostReferences = 40;

/**
 * Whether a path or an intrinsic call, as text, may take longer than its input is long: a pattern,
 * a step to many places for each of many, or the same place named many times over. It errs on the
 * side of yes.
 */
export function isCostlyText(text: string): boolean {
  if (occurrences(text, "$") > mostReferences || namesPlacesOften(text)) return true;
  const filter = text.indexOf("[?");
  if (filter === -1) return occurrences(text, "..") > 1;
  const rest = text.slice(filter + 2);
  return (
    text.includes("..") ||
    rest.length > longFilter ||
    /=~|[*:]|\[\?|\b(?:in|nin|subsetof|anyof|noneof|contains)\b/i.test(rest)
  );
}

/** `[0, 0][0, 0]…` doubles with each step. */
function namesPlacesOften(text: string): boolean {
  const unions = text
    .split("[")
    .slice(1)
    .map((step) => step.split("]", 1)[0] ?? "")
    .filter((step) => step.includes(","));
  return unions.length > 1 || occurrences(unions.join(), ",") > mostPlaces;
}

/** The same of anything in a payload template or a Choice rule that is a path or a call. */
export function holdsCostlyText(value: Json): boolean {
  if (typeof value === "string") return /^(?:\$|States\.)/.test(value) && isCostlyText(value);
  if (Array.isArray(value)) return (value as readonly Json[]).some(holdsCostlyText);
  return isJsonObject(value) && Object.values(value).some(holdsCostlyText);
}

function occurrences(text: string, part: string): number {
  return text.split(part).length - 1;
}
