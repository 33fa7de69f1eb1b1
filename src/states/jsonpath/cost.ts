import { isJsonObject, type Json } from "../../core/json.ts";

/** Longer filters are many comparisons an item. */
const longFilter = 2000;

/**
 * Whether a path or an intrinsic call, as text, may take longer than its input is long: a pattern,
 * or a step to many places for each of many. It errs on the side of yes.
 */
export function isCostlyText(text: string): boolean {
  const filter = text.indexOf("[?");
  if (filter === -1) return occurrences(text, "..") > 1;
  const rest = text.slice(filter + 2);
  return (
    text.includes("..") ||
    rest.length > longFilter ||
    /=~|[*:]|\[\?|\b(?:in|nin|subsetof|anyof|noneof|contains)\b/i.test(rest)
  );
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
