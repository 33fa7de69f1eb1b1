/** Functions that take no longer than their arguments are long, and give no more than they get. */
const cheapFunctions: ReadonlySet<string> = new Set(
  [
    "abs append average base64decode base64encode boolean ceil count exists floor hash keys length",
    "lookup lowercase max merge millis min not now number parse partition power random range",
    "reverse round sqrt string substring sum trim type uppercase uuid",
  ].flatMap((names) => names.split(" ")),
);

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
}

/**
 * Whether a look at an expression proves that it takes about as long as its input is: no regular
 * expression, no range, no function definition, nothing that is done to many for each of many.
 *
 * @param ast as the library gives it
 */
export function isCheapExpression(ast: unknown): boolean {
  const counts = { nodes: 0, bindings: 0 };
  return isCheap(ast as Node, false, counts);
}

/** @param within evaluated for each of many values */
function isCheap(
  node: Node,
  within: boolean,
  counts: { nodes: number; bindings: number },
): boolean {
  counts.nodes += 1;
  if (counts.nodes > maxNodes) return false;
  switch (node.type) {
    case "string":
    case "number":
    case "value":
    case "name":
      return partsAreCheap(node, within, counts);
    case "variable":
      return partsAreCheap(node, within, counts);
    case "bind":
      counts.bindings += 1;
      return counts.bindings <= maxBindings && !within && partsAreCheap(node, within, counts);
    case "binary":
      return node.value !== ".." && partsAreCheap(node, within, counts);
    case "unary":
    case "condition":
    case "block":
      return partsAreCheap(node, within, counts);
    case "function":
      return isCheapCall(node) && partsAreCheap(node, within, counts);
    case "path":
      return isCheapPath(node, within, counts);
    default:
      return false;
  }
}

function isCheapCall({ procedure, arguments: args = [] }: Node): boolean {
  if (procedure?.type !== "variable") return false;
  const name = String(procedure.value);
  if (cheapFunctions.has(name)) return true;
  if (!cheapWithText.has(name)) return false;
  return args
    .slice(1)
    .every(({ type, value }) => type === "string" && String(value).length <= shortText);
}

/**
 * Steps after the first are taken from each of the values before; there, only names and tests of
 * them.
 */
function isCheapPath(
  node: Node,
  within: boolean,
  counts: { nodes: number; bindings: number },
): boolean {
  const [first, ...rest] = node.steps ?? [];
  if (first === undefined || (within && first.type === "variable" && first.value !== "")) {
    return false;
  }
  const others = Object.entries(node).filter(([key]) => key !== "steps");
  return (
    isCheap(first, within, counts) &&
    rest.every((step) => step.type !== "variable" && isCheap(step, true, counts)) &&
    others.every(([, part]) => isCheapPart(part, true, counts))
  );
}

function partsAreCheap(
  node: Node,
  within: boolean,
  counts: { nodes: number; bindings: number },
): boolean {
  return Object.entries(node).every(([key, part]) =>
    // What filters and groups a step is evaluated for each of its values.
    isCheapPart(part, within || key === "predicate" || key === "stages" || key === "group", counts),
  );
}

function isCheapPart(
  part: unknown,
  within: boolean,
  counts: { nodes: number; bindings: number },
): boolean {
  if (typeof part !== "object" || part === null) return true;
  if (Array.isArray(part)) return part.every((one) => isCheapPart(one, within, counts));
  const { type } = part as Node;
  if (type === undefined) {
    return Object.values(part).every((one) => isCheapPart(one, within, counts));
  }
  if (type === "filter") return isCheapPart((part as { expr?: unknown }).expr, true, counts);
  return isCheap(part, within, counts);
}
