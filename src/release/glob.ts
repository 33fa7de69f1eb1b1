/** True when the whole text matches. */
export type Glob = (text: string) => boolean;

/**
 * A part of a pattern. `one`: a character; `within`: any number of them but `/`; `any`: any number
 * of any; `folders`: nothing, or anything that ends with `/`.
 */
type Token =
  | { readonly kind: "one"; readonly is: (char: string) => boolean }
  | { readonly kind: "within" | "any" | "folders" };

/**
 * Reads a pattern of a `.dockerignore`, rooted at the context. Matching takes a time of at most the
 * text's length times the pattern's, whatever either is: patterns are written by projects, and a
 * regular expression of many wildcards takes for ever.
 *
 * @returns undefined for what Docker refuses too: an unfinished `[`, a range that runs backwards
 */
export function parseGlob(pattern: string): Glob | undefined {
  if (!/[*?[\\]/.test(pattern)) return (text) => text === pattern;
  const tokens = tokensOf(pattern);
  // Most paths end otherwise, which is seen at once.
  const ending = literalEnding(pattern);
  return tokens && ((text) => text.endsWith(ending) && matches(tokens, text));
}

/** What each match ends with: the part of the last name that has nothing special in it. */
function literalEnding(pattern: string): string {
  let start = pattern.length;
  while (start > 0 && !"*?[]\\/".includes(pattern.charAt(start - 1))) start -= 1;
  return pattern.slice(start);
}

function tokensOf(pattern: string): readonly Token[] | undefined {
  const tokens: Token[] = [];
  for (let at = 0; at < pattern.length; at += 1) {
    const char = pattern.charAt(at);
    if (char === "*" && pattern[at + 1] === "*") {
      if (at === 0 && /^\*\*[^/*?[\]\\]/.test(pattern) && !/[*?[\]\\]/.test(pattern.slice(2))) {
        tokens.push({ kind: "any" }); // Docker takes "**.log" for an ending, wherever the folders' names break
        at += 1;
        continue;
      }
      at += pattern[at + 2] === "/" ? 2 : 1;
      tokens.push({ kind: at + 1 >= pattern.length ? "any" : "folders" });
    } else if (char === "*") tokens.push({ kind: "within" });
    else if (char === "?") tokens.push({ kind: "one", is: (one) => one !== "/" });
    else if (char === "[") {
      const end = classEnd(pattern, at);
      const is = end === undefined ? undefined : classOf(pattern.slice(at, end + 1));
      if (end === undefined || is === undefined) return undefined;
      tokens.push({ kind: "one", is });
      at = end;
    } else {
      const escaped = char === "\\" ? pattern[(at += 1)] : char;
      if (escaped === undefined) return undefined;
      tokens.push({ kind: "one", is: (one) => one === escaped });
    }
  }
  return tokens;
}

/** Where the class that begins here is closed. */
function classEnd(pattern: string, at: number): number | undefined {
  const end = pattern.indexOf("]", at + 1);
  return end === -1 ? undefined : end;
}

/** A class as Go and JavaScript both read it, of a single character. */
function classOf(text: string): ((char: string) => boolean) | undefined {
  try {
    const one = new RegExp(`^[${text.slice(1, -1).replaceAll("[", "\\[")}]$`, "s");
    return (char) => one.test(char);
  } catch {
    return undefined;
  }
}

/** All places in the pattern where a match of the text so far may be, character by character. */
function matches(tokens: readonly Token[], text: string): boolean {
  let places = new Set<number>();
  enter(tokens, 0, places);
  for (const char of text.split("")) {
    const next = new Set<number>();
    for (const place of places) {
      const token = tokens[place];
      if (token?.kind === "one" && token.is(char)) enter(tokens, place + 1, next);
      else if (token?.kind === "any") enter(tokens, place, next);
      else if (token?.kind === "within" && char !== "/") enter(tokens, place, next);
      else if (token?.kind === "folders") {
        // Not to be left before the next `/`.
        next.add(place);
        if (char === "/") enter(tokens, place + 1, next);
      }
    }
    if (next.size === 0) return false;
    places = next;
  }
  return places.has(tokens.length);
}

/** Adds the place, and those behind it that can be had for nothing. */
function enter(tokens: readonly Token[], from: number, places: Set<number>): void {
  for (let place = from; ; place += 1) {
    places.add(place);
    const kind = tokens[place]?.kind;
    if (kind === undefined || kind === "one") return;
  }
}
