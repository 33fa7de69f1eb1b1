/** A part of an expression, as the library parses it: what there may be in one of any type. */
export interface Node {
  readonly type?: unknown;
  readonly value?: unknown;
  readonly steps?: readonly Node[];
  readonly arguments?: readonly Node[];
  readonly expressions?: readonly Node[];
  readonly procedure?: Node;
  readonly body?: Node;
  /** The library's own function around a call at the end of a function. */
  readonly thunk?: unknown;
  readonly expression?: Node;
  readonly condition?: Node;
  readonly then?: Node;
  readonly else?: Node;
  /** Of an object and a group, the pairs. */
  readonly lhs?: unknown;
  readonly rhs?: Node;
  readonly predicate?: readonly Node[];
  readonly stages?: readonly Node[];
  readonly expr?: Node;
  readonly group?: { readonly lhs?: unknown };
}

/** Whatever else a node has changes what it does: `@`, `#`, `%`, a function's signature. */
const knownKeys: ReadonlySet<string> = new Set(
  [
    "type value position steps arguments expressions procedure body thunk expression condition",
    "then else lhs rhs predicate stages expr group keepArray keepSingletonArray consarray",
  ].flatMap((keys) => keys.split(" ")),
);

/** Whether all of it is what a look understands. */
export function isKnown(node: Node): boolean {
  return Object.entries(node).every(([key, part]) => part === undefined || knownKeys.has(key));
}

/** A name or a variable without anything to it. */
export function isBare(node: Node): boolean {
  return Object.keys(node).every((key) => key === "type" || key === "value" || key === "position");
}
