import { isLinearRegex } from "./regex-cost.ts";

/** Functions that take no longer than their arguments are long, and give no more than they get. */
const cheapFunctions: ReadonlySet<string> = new Set(
  [
    "abs append average base64decode base64encode boolean ceil count exists floor formatBase hash",
    "keys length lookup lowercase max merge millis min not now number parse partition power random",
    "range reverse round sqrt string substring sum trim type uppercase uuid",
  ].flatMap((names) => names.split(" ")),
);

/** Functions that are cheap where no picture of a date is given. */
const cheapWithoutPicture: ReadonlySet<string> = new Set(["fromMillis", "toMillis"]);

/** Functions that are cheap where what they do to each of many is. */
const cheapForEach: ReadonlySet<string> = new Set(["each", "filter", "map", "sift"]);

/**
 * Functions that are cheap where their second argument is a short text of the expression itself.
 */
const cheapWithText: ReadonlySet<string> = new Set([
  "contains",
  "join",
  "split",
  "substringAfter",
  "substringBefore",
]);

const shortText = 100;
const maxNodes = 200;
/** Each may double what it is made of. */
const maxBindings = 3;

interface Node {
  readonly type?: unknown;
  readonly value?: unknown;
  readonly steps?: readonly Node[];
  readonly arguments?: readonly Node[];
  readonly procedure?: Node;
  readonly body?: Node;
  /** The library's own function around a call at the end of a function. */
  readonly thunk?: unknown;
  readonly lhs?: Node;
  readonly rhs?: Node;
}

interface Counts {
  nodes: number;
  bindings: number;
}

/**
 * Names of what is at hand where something is evaluated for each of many values: only that is small
 * enough to be gone through each time. Undefined for what is evaluated once.
 */
type EachOf = ReadonlySet<string> | undefined;

/** In a filter and in a step of a path, `$` is the value at hand. */
const eachValue: EachOf = new Set([""]);

/**
 * Whether a look at an expression proves that it takes about as long as its input is: no range, no
 * regular expression but those of `regex-cost.ts`, no function definition that isn't applied there
 * and then, nothing that is done to many for each of many.
 *
 * @param ast as the library gives it
 */
export function isCheapExpression(ast: unknown): boolean {
  return isCheap(ast as Node, undefined, { nodes: 0, bindings: 0 });
}

function isCheap(node: Node, each: EachOf, counts: Counts): boolean {
  // A constant that is evaluated once costs what it is long.
  if (each !== undefined || !isConstant(node)) counts.nodes += 1;
  if (counts.nodes > maxNodes) return false;
  switch (node.type) {
    case "string":
    case "number":
    case "value":
    case "name":
    case "unary":
    case "condition":
    case "block":
      return partsAreCheap(node, each, counts);
    case "regex":
      return isLinearRegex(node.value as RegExp);
    case "variable":
      return !isForeign(node, each) && partsAreCheap(node, each, counts);
    case "bind":
      return isCheapBinding(node, each, counts);
    case "binary":
      return isCheapBinary(node, each, counts);
    case "function":
      return isCheapCall(node, each, counts);
    case "lambda":
      return node.thunk === true && each !== undefined && isCheap(node.body ?? {}, each, counts);
    case "path":
      return isCheapPath(node, each, counts);
    default:
      return false;
  }
}

function isConstant({ type }: Node): boolean {
  return type === "string" || type === "number" || type === "value";
}

/** Whether it may be as large as the input is, where it would be gone through each time. */
function isForeign({ type, value }: Node, each: EachOf): boolean {
  return type === "variable" && each !== undefined && !each.has(String(value));
}

function isCheapBinding(node: Node, each: EachOf, counts: Counts): boolean {
  // A path and a variable give what is there already.
  if (node.rhs?.type !== "path" && node.rhs?.type !== "variable") counts.bindings += 1;
  if (counts.bindings > maxBindings || each !== undefined) return false;
  return node.rhs !== undefined && isCheap(node.rhs, each, counts);
}

const ofNumbers: ReadonlySet<unknown> = new Set("+ - * / % < <= > >= = !=".split(" "));

/** Two values are compared as far as the shorter one goes, and numbers are short. */
function isCheapBinary(node: Node, each: EachOf, counts: Counts): boolean {
  const { value, lhs, rhs } = node;
  if (value === "..") return false;
  if (lhs !== undefined && rhs !== undefined && ofNumbers.has(value)) {
    if (isForeign(lhs, each) && isBare(lhs)) return isCheap(rhs, each, counts);
    if (isForeign(rhs, each) && isBare(rhs)) return isCheap(lhs, each, counts);
  }
  return partsAreCheap(node, each, counts);
}

function isBare(node: Node): boolean {
  return Object.keys(node).every((key) => key === "type" || key === "value" || key === "position");
}

function isCheapCall(node: Node, each: EachOf, counts: Counts): boolean {
  const { procedure, arguments: args = [] } = node;
  if (procedure?.type !== "variable") return false;
  const name = String(procedure.value);
  if (cheapForEach.has(name)) return isCheapForEach(node, each, counts);
  const known =
    cheapFunctions.has(name) ||
    (cheapWithoutPicture.has(name) && args.length <= 1) ||
    (cheapWithText.has(name) && args.slice(1).every(isShortText)) ||
    (name === "contains" && args.length === 2 && args[1]?.type === "regex");
  const { procedure: _name, ...rest } = node;
  return known && partsAreCheap(rest, each, counts);
}

function isShortText({ type, value }: Node): boolean {
  return type === "string" && String(value).length <= shortText;
}

/** A third parameter would be all of the values, each time. */
function isCheapForEach(node: Node, each: EachOf, counts: Counts): boolean {
  const [values, applied, ...more] = node.arguments ?? [];
  if (each !== undefined || values === undefined || more.length > 0) return false;
  if (applied?.type !== "lambda" || applied.body === undefined) return false;
  const names = (applied.arguments ?? []).map(({ value }) => String(value));
  const { procedure: _name, arguments: _values, ...rest } = node;
  return (
    names.length <= 2 &&
    isCheap(values, undefined, counts) &&
    isCheap(applied.body, new Set(names), counts) &&
    partsAreCheap(rest, each, counts)
  );
}

/**
 * Steps after the first are taken from each of the values before; there, only names and tests of
 * them.
 */
function isCheapPath(node: Node, each: EachOf, counts: Counts): boolean {
  const [first, ...rest] = node.steps ?? [];
  // A name alone is one of what `$` is.
  const whose = first?.type === "name" ? { type: "variable", value: "" } : first;
  if (first === undefined || whose === undefined || isForeign(whose, each)) return false;
  const others = Object.entries(node).filter(([key]) => key !== "steps");
  return (
    isCheap(first, each, counts) &&
    rest.every((step) => step.type !== "variable" && isCheap(step, eachValue, counts)) &&
    others.every(([, part]) => isCheapPart(part, eachValue, counts))
  );
}

function partsAreCheap(node: Node, each: EachOf, counts: Counts): boolean {
  return Object.entries(node).every(([key, part]) =>
    // What filters and groups a step is evaluated for each of its values.
    isCheapPart(
      part,
      key === "predicate" || key === "stages" || key === "group" ? eachValue : each,
      counts,
    ),
  );
}

function isCheapPart(part: unknown, each: EachOf, counts: Counts): boolean {
  if (typeof part !== "object" || part === null) return true;
  if (Array.isArray(part)) return part.every((one) => isCheapPart(one, each, counts));
  const { type } = part as Node;
  if (type === undefined) {
    return Object.values(part).every((one) => isCheapPart(one, each, counts));
  }
  if (type === "filter") return isCheapPart((part as { expr?: unknown }).expr, eachValue, counts);
  return isCheap(part, each, counts);
}
