/** In how many ways a text can be read at most, where choices and optional parts are many. */
const maxWays = 100;
const maxCount = 1000;

/** What a part of a pattern may cost. */
interface Cost {
  /** Ways to read one text, as far as choices and counts with an end make them. */
  readonly ways: number;
  /** Parts that are repeated without an end. */
  readonly endless: number;
}

const once: Cost = { ways: 1, endless: 0 };

class Unproven extends Error {}

/**
 * Whether a look at a regular expression proves that matching takes time in proportion to the text:
 * what is repeated without an end is one character or class, comes at most once in a pattern, and
 * only where the pattern holds to the text's start. Anything that this doesn't know is not proven.
 */
export function isLinearRegex({ source, flags }: RegExp): boolean {
  if (/[^gi]/.test(flags)) return false;
  const at = { source, index: 0 };
  try {
    const cost = readChoice(at, true);
    return at.index === source.length && cost.ways <= maxWays;
  } catch (error) {
    if (error instanceof Unproven) return false;
    throw error;
  }
}

interface Place {
  readonly source: string;
  index: number;
}

function readChoice(at: Place, top: boolean): Cost {
  let ways = 0;
  let endless = 0;
  do {
    const anchored = take(at, /\^/y) !== undefined;
    const cost = readSequence(at);
    if (top && (anchored ? cost.endless > 1 : cost.endless > 0)) throw new Unproven();
    ways += cost.ways;
    endless = Math.max(endless, cost.endless);
  } while (take(at, /\|/y) !== undefined);
  return { ways, endless };
}

function readSequence(at: Place): Cost {
  let { ways, endless } = once;
  while (at.index < at.source.length && !"|)".includes(at.source.charAt(at.index))) {
    const part = readRepeated(at);
    ways *= part.ways;
    endless += part.endless;
  }
  return { ways, endless };
}

function readRepeated(at: Place): Cost {
  if (take(at, /\$|\\[bB]/y) !== undefined) return once;
  if (take(at, /\((?:\?:|(?!\?))/y) !== undefined) {
    const group = readChoice(at, false);
    if (take(at, /\)/y) === undefined) throw new Unproven();
    if (take(at, /\?\??/y) !== undefined) return { ...group, ways: group.ways + 1 };
    if (take(at, /[*+{]/y) !== undefined) throw new Unproven();
    return group;
  }
  if (take(at, character) === undefined) throw new Unproven();
  return readCount(at);
}

/** One character, or a class of them. */
const character =
  /\\(?:[dDsSwWtnrfv]|x[\dA-Fa-f]{2}|u[\dA-Fa-f]{4}|[^\w\s])|\[(?:\\[^bcpPk\d]|[^\\\]])*\]|[^\\[\](){}*+?^$|]/y;

function readCount(at: Place): Cost {
  if (take(at, /\?\??/y) !== undefined) return { ways: 2, endless: 0 };
  if (take(at, /[*+]\??/y) !== undefined) return { ways: 1, endless: 1 };
  const count = take(at, /\{(?:\d+(?:,\d*)?)\}\??/y);
  if (count === undefined) return once;
  const [least = 0, most = least] = (count.match(/\d+/g) ?? []).map(Number);
  if (most > maxCount) throw new Unproven();
  return count.includes(",}") ? { ways: 1, endless: 1 } : { ways: most - least + 1, endless: 0 };
}

function take(at: Place, pattern: RegExp): string | undefined {
  pattern.lastIndex = at.index;
  const found = pattern.exec(at.source)?.[0];
  if (found !== undefined) at.index += found.length;
  return found;
}
