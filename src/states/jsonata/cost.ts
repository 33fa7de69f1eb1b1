import { cheapFunctions, isAppliedToEach, isCheapFunction } from "./function-costs.ts";
import { asText, unitOfText, Unproven, type Weight } from "./weight.ts";
import { isBare, isKnown, type Node } from "./node.ts";
import { regexSteps } from "./regex-cost.ts";

/** What a look at an expression says about evaluating it. */
export interface ExpressionCost {
  /** Units that are handled at most, for each unit that the expression reads. */
  readonly factor: number;
  /** Whether each of many may be added to a list by copying the list. */
  readonly copies: boolean;
  /** What it reads: a variable, and names of fields in it. */
  readonly reads: readonly (readonly string[])[];
}

/** More is a mistake or an attack. */
const maxFactor = 20_000;

/** Where a part of an expression is. */
interface Around {
  /**
   * Names of what is at hand where something is evaluated for each of many values: only that is
   * small enough to be gone through each time. Undefined for what is evaluated once.
   */
  readonly each: ReadonlySet<string> | undefined;
  /** What the expression's own variables hold, of all parts. */
  readonly bound: Map<string, Weight>;
  readonly reads: (readonly string[])[];
  readonly found: { copies: boolean };
}

/**
 * How long an expression takes at most, as far as a look at it shows: in proportion to what it
 * reads. Each part is weighed by what it may give and what it may take; for each of many, by what
 * one of them is.
 *
 * @param ast as the library gives it
 * @returns undefined where nothing is proven: a range, a regular expression but those of
 *   `regex-cost.ts`, a function definition that isn't applied there and then, a join, what is done
 *   to many for each of many, what multiplies what it gets
 */
export function costOf(ast: unknown): ExpressionCost | undefined {
  const around: Around = {
    each: undefined,
    bound: new Map(),
    reads: [],
    found: { copies: false },
  };
  try {
    const { cost, size } = weigh(ast as Node, around);
    const factor = cost + size;
    if (!(factor <= maxFactor)) return undefined;
    return { factor, copies: around.found.copies, reads: around.reads };
  } catch (error) {
    if (error instanceof Unproven) return undefined;
    throw error;
  }
}

/** In a filter and in a step of a path, `$` is the value at hand. */
function ofEachValue(around: Around): Around {
  return { ...around, each: new Set([""]) };
}

function weigh(node: Node, around: Around): Weight {
  if (!isKnown(node)) throw new Unproven();
  let weight = weighPlain(node, around);
  const inside = ofEachValue(around);
  for (const filter of [...(node.predicate ?? []), ...(node.stages ?? [])]) {
    if (filter.type !== "filter") throw new Unproven();
    const { size, cost } = weigh(filter.expr ?? {}, inside);
    // A filter that is a list of places gives a value once for each time that it is in the list.
    weight = { size: weight.size * size, cost: weight.cost + weight.size * (cost + 1) };
  }
  if (node.group === undefined) return weight;
  const each = weighPairs(node.group.lhs, inside);
  return { size: weight.size * each.size, cost: weight.cost + weight.size * each.cost };
}

function weighPlain(node: Node, around: Around): Weight {
  switch (node.type) {
    case "string": {
      const length = String(node.value).length;
      // What is evaluated once is as long as the expression is.
      return { size: around.each === undefined ? 1 : 1 + length / unitOfText, cost: 1, text: true };
    }
    case "number":
    case "value":
    case "name":
      return one;
    case "regex":
      return { size: 1, cost: 1 + regexSteps(node.value as RegExp) };
    case "variable":
      return weighVariable(node, around);
    case "unary":
      return weighUnary(node, around);
    case "condition":
      return weighCondition(node, around);
    case "block":
      return weighBlock(node, around);
    case "bind":
      return weighBinding(node, around);
    case "binary":
      return weighBinary(node, around);
    case "function":
      return weighCall(node, around);
    case "lambda":
      if (node.thunk !== true || around.each === undefined) throw new Unproven();
      return weigh(node.body ?? {}, around);
    case "path":
      return weighPath(node, around);
    default:
      throw new Unproven();
  }
}

const one: Weight = { size: 1, cost: 1 };

/** Whether it may be as large as the input is, where it would be gone through each time. */
function isForeign({ type, value }: Node, { each }: Around): boolean {
  return type === "variable" && each !== undefined && !each.has(String(value));
}

function weighVariable(node: Node, around: Around): Weight {
  if (isForeign(node, around)) throw new Unproven();
  if (around.each !== undefined) return one;
  const name = String(node.value);
  around.reads.push([name]);
  return around.bound.get(name) ?? one;
}

function weighUnary(node: Node, around: Around): Weight {
  switch (node.value) {
    case "-":
      return together([weigh(node.expression ?? {}, around)]);
    case "[":
      return together((node.expressions ?? []).map((part) => weigh(part, around)));
    case "{":
      return weighPairs(node.lhs, around);
    default:
      throw new Unproven();
  }
}

/** All of them in one value, each copied to what is before it. */
function together(parts: readonly Weight[]): Weight {
  const size = sum(parts.map((part) => part.size)) + 1;
  return { size, cost: sum(parts.map(({ cost }) => cost)) + size * (1 + parts.length / 16) };
}

/** Of an object, and of what groups values. Those of one key are added to each other. */
function weighPairs(pairs: unknown, around: Around): Weight {
  if (around.each?.has("") === true) around.found.copies = true;
  return together((pairs as readonly Node[][]).flat().map((part) => weigh(part, around)));
}

function weighCondition({ condition, then, else: other }: Node, around: Around): Weight {
  const asked = weigh(condition ?? {}, around);
  const answers = [then, other].flatMap((part) => (part ? weigh(part, around) : []));
  return {
    ...oneOf(answers),
    cost: asked.cost + asked.size + sum(answers.map(({ cost }) => cost)),
  };
}

/** What is any of them, for all that a look shows. */
function oneOf(answers: readonly Weight[]): Omit<Weight, "cost"> {
  const written = answers.flatMap((answer) => answer.written ?? []);
  return {
    size: Math.max(1, ...answers.map(({ size }) => size)),
    text: answers.every(({ text }) => text),
    written: written.length < answers.length ? undefined : Math.max(1, ...written),
  };
}

function weighBlock({ expressions = [] }: Node, around: Around): Weight {
  const parts = expressions.map((part) => weigh(part, around));
  return { ...(parts.at(-1) ?? one), cost: sum(parts.map(({ cost }) => cost)) + 1 };
}

function weighBinding({ lhs, rhs }: Node, around: Around): Weight {
  const name = nameOf(lhs as Node | undefined);
  if (around.each !== undefined) throw new Unproven();
  const weight = weigh(rhs ?? {}, around);
  const before = around.bound.get(name) ?? weight;
  around.bound.set(name, { ...oneOf([before, weight]), cost: 1 });
  return weight;
}

/** @throws Unproven for a function's name, under which something else would be called */
function nameOf(variable: Node | undefined): string {
  const name = String(variable?.value);
  if (variable?.type !== "variable" || cheapFunctions.has(name)) throw new Unproven();
  return name;
}

const ofNumbers: ReadonlySet<unknown> = new Set("+ - * / % < <= > >= = !=".split(" "));
const ofTruth: ReadonlySet<unknown> = new Set(["and", "or", "in"]);

function weighBinary({ value, lhs, rhs = {} }: Node, around: Around): Weight {
  const left = lhs as Node;
  // Two values are compared as far as the shorter one goes, and numbers are short.
  const sides = [left, rhs].filter(
    (side) => !(ofNumbers.has(value) && isForeign(side, around) && isBare(side)),
  );
  if (sides.length === 0) throw new Unproven();
  const parts = sides.map((side) => weigh(side, around));
  if (value === "&") {
    const texts = parts.map(asText);
    return { ...together(texts), text: true };
  }
  if (!ofNumbers.has(value) && !ofTruth.has(value)) throw new Unproven();
  return { size: 1, cost: together(parts).cost };
}

function weighCall({ procedure, arguments: args = [] }: Node, around: Around): Weight {
  if (procedure?.type !== "variable" || !isBare(procedure)) throw new Unproven();
  const name = String(procedure.value);
  if (isAppliedToEach(name)) return weighForEach(args, around);
  if (!isCheapFunction(name, args)) throw new Unproven();
  const parts = args.map((part) => weigh(part, around));
  const given = cheapFunctions.get(name)?.(parts, args) ?? one;
  const { cost } = together(parts);
  // A pattern is tried at each place of the text.
  const pattern = args[1]?.type === "regex" ? (parts[1]?.cost ?? 1) * (parts[0]?.size ?? 1) : 0;
  return { ...given, cost: cost + pattern + given.cost + given.size };
}

/** A third parameter would be all of the values, each time. */
function weighForEach(args: readonly Node[], around: Around): Weight {
  const [values, applied, ...more] = args;
  if (around.each !== undefined || values === undefined || more.length > 0) throw new Unproven();
  if (applied?.type !== "lambda" || applied.body === undefined) throw new Unproven();
  if (!isKnown(applied)) throw new Unproven();
  const names = (applied.arguments ?? []).map(nameOf);
  if (names.length > 2) throw new Unproven();
  const all = weigh(values, around);
  const each = weigh(applied.body, { ...around, each: new Set(names) });
  // What filters gives the values, what maps gives the results.
  return {
    size: all.size * (each.size + 1),
    cost: all.cost + all.size * (each.cost + each.size + 2),
  };
}

/** Steps after the first are taken from each of the values before; there, no other variables. */
function weighPath({ steps = [] }: Node, around: Around): Weight {
  const [first, ...rest] = steps;
  // A name alone is one of what `$` is.
  const whose = first?.type === "name" ? { type: "variable", value: "" } : first;
  if (first === undefined || whose === undefined || isForeign(whose, around)) throw new Unproven();
  let weight = first.type === "variable" ? weighStart(steps, around) : weigh(first, around);
  const inside = ofEachValue(around);
  for (const step of rest) {
    if (step.type === "variable") throw new Unproven();
    const { size, cost } = weigh(step, inside);
    const written = step.type === "name" && isBare(step) ? weight.written : undefined;
    weight = { size: weight.size * size, cost: weight.cost + weight.size * (cost + 1), written };
  }
  return weight;
}

/** A path that starts at a variable reads no more of it than the names say that follow. */
function weighStart(steps: readonly Node[], around: Around): Weight {
  const [first = {}, ...rest] = steps;
  const reads = around.reads.length;
  const weight = weigh(first, around);
  if (around.each !== undefined || !isBare(first)) return weight;
  const way: string[] = [];
  for (const step of rest) {
    if (step.type !== "name") break;
    way.push(String(step.value));
    if (!isBare(step)) break;
  }
  around.reads[reads] = [String(first.value), ...way];
  return weight;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, number) => all + number, 0);
}
