/** True for a text that matches as a whole. */
export type TextMatcher = (text: string) => boolean;

/** Compiles a pattern in which `*` stands for any text, and every other character for itself. */
export function starMatcher(pattern: string): TextMatcher {
  return partsMatcher(pattern.split("*"));
}

/**
 * Compiles a pattern that is given as its parts, with any text between them. Matching takes time in
 * proportion to the pattern and the text, whatever is in them.
 */
export function partsMatcher([first = "", ...others]: readonly string[]): TextMatcher {
  const last = others.pop();
  if (last === undefined) return (text) => text === first;
  const middle = others.filter((part) => part !== "").map(finderOf);
  return (text) => {
    const end = text.length - last.length;
    if (first.length > end || !text.startsWith(first) || !text.endsWith(last)) return false;
    // Each part where it comes first: what follows it has the most room then.
    let at = first.length;
    for (const find of middle) {
      at = find(text, at, end);
      if (at === -1) return false;
    }
    return true;
  };
}

/** Where the part's first occurrence between two places ends; -1 where there is none. */
type Finder = (text: string, from: number, to: number) => number;

/** By Knuth, Morris and Pratt: no character of the text is looked at from the start again. */
function finderOf(part: string): Finder {
  // How much of the part has been found already when the next character doesn't fit.
  const back = [0];
  for (let at = 1, found = 0; at < part.length; at += 1) {
    while (found > 0 && part[at] !== part[found]) found = back[found - 1] ?? 0;
    if (part[at] === part[found]) found += 1;
    back.push(found);
  }
  return (text, from, to) => {
    for (let at = from, found = 0; at < to; at += 1) {
      while (found > 0 && text[at] !== part[found]) found = back[found - 1] ?? 0;
      if (text[at] === part[found]) found += 1;
      if (found === part.length) return at + 1;
    }
    return -1;
  };
}
