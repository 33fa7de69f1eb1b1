import { Unproven } from "./weight.ts";

/** In how many ways a text can be read at most, where choices and optional parts are many. */
const maxWays = 100;
const maxCount = 1000;
/** Characters that are looked at for each of the text. */
const maxSteps = 2000;

/** What a part of a pattern may cost. */
interface Cost {
  /** Ways to read one text, as far as choices and counts with an end make them. */
  readonly ways: number;
  /** Characters of the longest, without what is repeated without an end. */
  readonly length: number;
  /** Parts that are repeated without an end. */
  readonly endless: number;
}

const once: Cost = { ways: 1, length: 0, endless: 0 };

/**
 * How many characters a regular expression looks at for each of a text at most, where a look proves
 * that it takes time in proportion to the text: what is repeated without an end is one character or
 * class, comes at most once in a pattern, and only where the pattern holds to the text's start.
 *
 * @throws Unproven for anything that this doesn't know
 */
export function regexSteps({ source, flags }: RegExp): number {
  if (/[^gi]/.test(flags)) throw new Unproven();
  const at = { source, index: 0 };
  const { ways, length } = readChoice(at, true);
  const steps = ways * (length + 1);
  if (at.index !== source.length || ways > maxWays || steps > maxSteps) throw new Unproven();
  return steps;
}

interface Place {
  readonly source: string;
  index: number;
}

function readChoice(at: Place, top: boolean): Cost {
  let { ways, length, endless } = { ...once, ways: 0 };
  do {
    const anchored = take(at, /\^/y) !== undefined;
    const cost = readSequence(at);
    if (top && (anchored ? cost.endless > 1 : cost.endless > 0)) throw new Unproven();
    ways += cost.ways;
    length = Math.max(length, cost.length);
    endless = Math.max(endless, cost.endless);
  } while (take(at, /\|/y) !== undefined);
  return { ways, length, endless };
}

function readSequence(at: Place): Cost {
  let { ways, length, endless } = once;
  while (at.index < at.source.length && !"|)".includes(at.source.charAt(at.index))) {
    const part = readRepeated(at);
    ways *= part.ways;
    length += part.length;
    endless += part.endless;
  }
  return { ways, length, endless };
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
  if (take(at, /\?\??/y) !== undefined) return { ways: 2, length: 1, endless: 0 };
  if (take(at, /[*+]\??/y) !== undefined) return { ways: 1, length: 1, endless: 1 };
  const count = take(at, /\{(?:\d+(?:,\d*)?)\}\??/y);
  if (count === undefined) return { ...once, length: 1 };
  const [least = 0, most = least] = (count.match(/\d+/g) ?? []).map(Number);
  if (most > maxCount) throw new Unproven();
  return count.includes(",}")
    ? { ways: 1, length: least, endless: 1 }
    : { ways: most - least + 1, length: most, endless: 0 };
}

function take(at: Place, pattern: RegExp): string | undefined {
  pattern.lastIndex = at.index;
  const found = pattern.exec(at.source)?.[0];
  if (found !== undefined) at.index += found.length;
  return found;
}
