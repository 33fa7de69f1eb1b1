/**
 * Patterns of keys and files: `*` stands for any characters but `/`, `?` for one of them, `**` as a
 * whole part for any folders, and a pattern that ends with `/` for all that is below it. Pure.
 */
type Token =
  | { readonly kind: "char"; readonly char: string }
  /** `?` */
  | { readonly kind: "one" }
  /** `*` */
  | { readonly kind: "star" }
  /** `**` at the end: whatever is below. */
  | { readonly kind: "deep" }
  /** `**` before a `/`, with that: no folder, or any number. */
  | { readonly kind: "folders" };

/** A compiled pattern. Each question takes time in proportion to both texts' lengths. */
export interface Glob {
  matches(path: string): boolean;
  /** Whether any path that begins with this text could match. */
  mayMatchBelow(prefix: string): boolean;
}

export function globOf(pattern: string): Glob {
  const tokens = tokensOf(pattern);
  return {
    matches: (path) => statesAfter(tokens, path).has(tokens.length),
    mayMatchBelow: (prefix) => {
      const states = statesAfter(tokens, prefix);
      // Every token can be met by some text, so that any state but the last leads on; from the last
      // nothing follows, and the prefix itself is no path below itself.
      return [...states].some((at) => at < tokens.length);
    },
  };
}

/** The text before the first part that stands for others: `in/` of `in/*.csv`. */
export function literalPrefix(pattern: string): string {
  return /^[^*?]*/.exec(pattern)?.[0] ?? "";
}

function tokensOf(pattern: string): readonly Token[] {
  const whole = pattern === "" || pattern.endsWith("/") ? `${pattern}**` : pattern;
  const parts = whole.split("/");
  return parts.flatMap((part, index): Token[] => {
    const isLast = index === parts.length - 1;
    if (part === "**") return [{ kind: isLast ? "deep" : "folders" }];
    const tokens = Array.from(part, (char): Token => {
      if (char === "*") return { kind: "star" };
      return char === "?" ? { kind: "one" } : { kind: "char", char };
    });
    return isLast ? tokens : [...tokens, { kind: "char", char: "/" }];
  });
}

/** Places in the pattern that some way of reading the text leads to. */
function statesAfter(tokens: readonly Token[], text: string): ReadonlySet<number> {
  let states = new Set<number>();
  enter(tokens, states, 0);
  for (const char of text) {
    const next = new Set<number>();
    for (const at of states) advance(tokens, next, at, char);
    if (next.size === 0) return next;
    states = next;
  }
  return states;
}

/** Comes to a place, and to those after it that nothing need be read for. */
function enter(tokens: readonly Token[], states: Set<number>, at: number): void {
  states.add(at);
  const kind = tokens[at]?.kind;
  if (kind === "star" || kind === "folders") enter(tokens, states, at + 1);
}

function advance(tokens: readonly Token[], next: Set<number>, at: number, char: string): void {
  const token = tokens[at];
  switch (token?.kind) {
    case "char":
      if (token.char === char) enter(tokens, next, at + 1);
      break;
    case "one":
      if (char !== "/") enter(tokens, next, at + 1);
      break;
    case "star":
      if (char !== "/") enter(tokens, next, at);
      break;
    case "deep":
      next.add(at);
      enter(tokens, next, at + 1);
      break;
    case "folders":
      next.add(at);
      if (char === "/") enter(tokens, next, at + 1);
      break;
    case undefined:
      break;
  }
}
