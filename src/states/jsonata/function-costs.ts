import { asText, unitOfText, type Weight } from "./weight.ts";

interface Argument {
  readonly type?: unknown;
  readonly value?: unknown;
}

/** What a function gives of what it gets. */
type Given = (parts: readonly Weight[], args: readonly Argument[]) => Weight;

const number: Given = () => ({ size: 1, cost: 1 });
/** A hash of 128 digits is the longest. */
const shortTexts: Given = () => ({ size: 3, cost: 1, text: true });
const times =
  (factor: number): Given =>
  (parts) => ({ size: factor * parts.reduce((sum, { size }) => sum + size, 1), cost: 0 });
const textOf =
  (factor: number): Given =>
  ([text]) => ({ size: factor * (text?.size ?? 1), cost: 0, text: true });
/** The library makes a list of a text's characters. */
const ofCharacters = ([text]: readonly Weight[]): number => 3 * (text?.size ?? 1);

/** Functions that are cheap where what they do to each of many is. */
const forEach: ReadonlySet<string> = new Set(["each", "filter", "map", "sift"]);

/**
 * Functions that take no longer than their arguments and their results are long. Those that are
 * applied to each of many have nothing to say about what they give.
 */
export const cheapFunctions: ReadonlyMap<string, Given | undefined> = new Map([
  ...of("abs average boolean ceil contains count exists floor max millis min not", number),
  ...of("length", (parts) => ({ size: 1, cost: ofCharacters(parts) })),
  ...of("number power random round sqrt sum toMillis", number),
  ...of("formatBase fromMillis hash now type uuid", shortTexts),
  ...of("append keys lookup merge partition reverse", times(2)),
  // Two characters of JSON are a value, and one of a text that is split.
  ...of("parse", (parts, args) => ({
    ...times(unitOfText / 2)(parts, args),
    written: parts[0]?.size ?? 1,
  })),
  ...of("split", times(2 * unitOfText)),
  // AWS allows as many.
  ...of("range", () => ({ size: 1000, cost: 1 })),
  ...of("base64decode trim", textOf(1)),
  ...of("substring substringAfter substringBefore", (parts, args) => ({
    ...textOf(1)(parts, args),
    cost: ofCharacters(parts),
  })),
  ...of("base64encode", textOf(2)),
  // Three letters may come of one.
  ...of("lowercase uppercase", textOf(3)),
  ...of("string", ([part]) => asText(part ?? { size: 1, cost: 0 })),
  ...of("join", ([parts], [, between]) => ({
    size:
      (parts?.size ?? 1) *
      (1 + (between === undefined ? 0 : String(between.value).length) / unitOfText),
    cost: 0,
    text: true,
  })),
  ...[...forEach].map((name) => [name, undefined] as const),
]);

function of(names: string, given: Given): (readonly [string, Given])[] {
  return names.split(" ").map((name) => [name, given]);
}

/** Functions that are cheap where no picture of a date is given. */
const withoutPicture: ReadonlySet<string> = new Set(["fromMillis", "now", "toMillis"]);

/**
 * Functions that are cheap where their second argument is a short text of the expression itself.
 */
const withText: ReadonlySet<string> = new Set([
  "contains",
  "join",
  "split",
  "substringAfter",
  "substringBefore",
]);

const shortText = 100;

export function isAppliedToEach(name: string): boolean {
  return forEach.has(name);
}

/** Whether a call is of a function that is cheap, in a way that is. */
export function isCheapFunction(name: string, args: readonly Argument[]): boolean {
  if (withoutPicture.has(name)) return args.length <= (name === "now" ? 0 : 1);
  // Indented, a text grows with the square of what it says.
  if (name === "string") return args.length <= 1;
  if (name === "contains" && args.length === 2 && args[1]?.type === "regex") return true;
  if (withText.has(name)) return args.slice(1).every(isShort);
  return cheapFunctions.has(name) && !forEach.has(name);
}

function isShort({ type, value }: Argument): boolean {
  return (type === "string" || type === "number") && String(value).length <= shortText;
}
