/** Finds a text in lines; without capital letters it finds them too. */
export interface LogMatcher {
  /** Start and length of each hit, in UTF-16 code units. */
  readonly marks: (line: string) => readonly (readonly [start: number, length: number])[];
  /** Finds candidates in the bytes of many lines, read as Latin-1: some may be none. */
  readonly bytes: RegExp;
}

/** Marks of one line at most. */
const mostMarks = 100;

export function logMatcher(text: string): LogMatcher {
  const exact = text !== text.toLowerCase();
  const flags = exact ? "gu" : "giu";
  const expression = new RegExp(escaped(text), flags);
  return {
    marks(line) {
      const found: (readonly [number, number])[] = [];
      for (const { index, 0: hit } of line.matchAll(expression)) {
        if (found.push([index, hit.length]) >= mostMarks) break;
      }
      return found;
    },
    bytes: new RegExp(
      Array.from(text, (one) => byteForms(one, exact)).join(""),
      exact ? "g" : "gi",
    ),
  };
}

/** A character as its UTF-8 bytes read as Latin-1, in small and capital letters. */
function byteForms(character: string, exact: boolean): string {
  if (character < "\u0080" || exact) return escaped(latin(character));
  const forms = new Set([character, character.toLowerCase(), character.toUpperCase()].map(latin));
  return `(?:${[...forms].map(escaped).join("|")})`;
}

function latin(character: string): string {
  return Buffer.from(character, "utf8").toString("latin1");
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
}
