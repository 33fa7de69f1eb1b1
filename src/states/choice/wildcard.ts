import { partsMatcher, type TextMatcher } from "../../core/wildcard.ts";

/**
 * Compiles a `StringMatches` pattern: `*` stands for any text, `\*` for a star, `\\` for a
 * backslash. Matching takes time in proportion to the pattern and the text, whatever is in
 * them.
 */
export function wildcardMatcher(pattern: string): TextMatcher {
  return partsMatcher(partsOf(pattern));
}

/** What is between the stars. */
function partsOf(pattern: string): string[] {
  const parts: string[] = [];
  let part = "";
  for (let at = 0; at < pattern.length; at += 1) {
    const character = pattern[at] ?? "";
    if (character === "\\" && at + 1 < pattern.length) {
      at += 1;
      part += pattern[at] ?? "";
    } else if (character === "*") {
      parts.push(part);
      part = "";
    } else {
      part += character;
    }
  }
  parts.push(part);
  return parts;
}
