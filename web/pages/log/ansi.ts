/** How a piece of a line is shown: names of classes, such as `red bold`. */
export interface Piece {
  readonly text: string;
  /** Where it begins in the line as it was written, in UTF-16 code units. */
  readonly start: number;
  readonly look: string;
}

const names = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"] as const;

interface Look {
  ink: string;
  ground: string;
  readonly marks: Set<string>;
}

/**
 * Sequences that terminals act on: colours (`CSI … m`), which are kept as looks, and every other
 * one, which is left out: ECMA-48, section 5.4, and the operating system commands of section
 * 8.3.89.
 */
const sequences =
  /\u001B\[(?<colours>[\d;:]*)m|\u001B\[[0-?]*[ -/]*[@-~]|\u001B[\]P^_X][^\u0007\u001B]*(?:\u0007|\u001B\\|$)|\u001B[ -/]*[0-~]?|[\u0000-\u0008\u000B-\u001A\u001C-\u001F\u007F]/g;

/**
 * The pieces of a line of a log with their looks. Nothing of it is ever read as HTML. A carriage
 * return begins the line anew, as a progress bar does.
 */
export function piecesOf(line: string): readonly Piece[] {
  const begin = line.lastIndexOf("\r", line.endsWith("\r") ? line.length - 2 : undefined) + 1;
  if (begin === 0 && !/[\u0000-\u001F\u007F]/.test(line)) {
    return line === "" ? [] : [{ text: line, start: 0, look: "" }];
  }
  const pieces: Piece[] = [];
  const look: Look = { ink: "", ground: "", marks: new Set() };
  let at = 0;
  const keep = (until: number): void => {
    const from = Math.max(at, begin);
    if (until > from)
      pieces.push({ text: line.slice(from, until), start: from, look: classes(look) });
  };
  for (const match of line.matchAll(sequences)) {
    keep(match.index);
    at = match.index + match[0].length;
    const colours = match.groups?.["colours"];
    if (colours !== undefined) apply(look, colours);
  }
  keep(line.length);
  return pieces;
}

/** Only the text of a line, without what terminals act on. */
export function plainText(line: string): string {
  return piecesOf(line)
    .map(({ text }) => text)
    .join("");
}

function classes({ ink, ground, marks }: Look): string {
  return [ink, ground === "" ? "" : `on-${ground}`, ...marks]
    .filter((name) => name !== "")
    .join(" ");
}

const marksOf: Readonly<Record<number, string>> = {
  1: "bold",
  2: "faint",
  3: "italic",
  4: "underlined",
  7: "inverse",
  9: "struck",
};

/** Which marks a number ends. */
const endsOf: Readonly<Record<number, readonly string[]>> = {
  22: ["bold", "faint"],
  23: ["italic"],
  24: ["underlined"],
  27: ["inverse"],
  29: ["struck"],
};

/** Select Graphic Rendition: ECMA-48, section 8.3.117, with the colours of xterm. */
function apply(look: Look, colours: string): void {
  const codes = colours.split(/[;:]/).map(Number);
  for (let at = 0; at < codes.length; at += 1) {
    const code = codes[at] ?? 0;
    const mark = marksOf[code];
    if (code === 0) Object.assign(look, { ink: "", ground: "", marks: new Set() });
    else if (mark !== undefined) look.marks.add(mark);
    else if (code in endsOf) for (const name of endsOf[code] ?? []) look.marks.delete(name);
    else if (code === 38 || code === 48) {
      const [name, used] = wideColour(codes.slice(at + 1));
      look[code === 38 ? "ink" : "ground"] = name;
      at += used;
    } else if (code === 39) look.ink = "";
    else if (code === 49) look.ground = "";
    else if (inRange(code, 30) || inRange(code, 90)) look.ink = names[code % 10] ?? "";
    else if (inRange(code, 40) || inRange(code, 100)) look.ground = names[code % 10] ?? "";
  }
}

const inRange = (code: number, from: number): boolean => code >= from && code < from + 8;

/** `5;N` or `2;R;G;B`, and how many numbers it took. */
function wideColour([kind, ...rest]: readonly number[]): readonly [name: string, used: number] {
  if (kind === 5) return [ofPalette(rest[0] ?? 0), 2];
  if (kind === 2) return [nearest(rest[0] ?? 0, rest[1] ?? 0, rest[2] ?? 0), 4];
  return ["", 0];
}

/** Of xterm's 256 colours: 16 by name, a cube of six steps, and 24 greys. */
function ofPalette(index: number): string {
  if (index < 16) return names[index % 8] ?? "";
  if (index > 231) return "";
  const step = (by: number): number => (Math.floor((index - 16) / by) % 6) * 51;
  return nearest(step(36), step(6), step(1));
}

/**
 * The named colour nearest to one of red, green and blue, each 0 to 255: what is shown has to be
 * readable on the page's ground in both themes, which a colour that was made for one isn't.
 */
function nearest(red: number, green: number, blue: number): string {
  const most = Math.max(red, green, blue);
  if (most - Math.min(red, green, blue) < 48) return "";
  const bits = [red, green, blue].map((part) => (part > most * 0.6 ? 1 : 0));
  return names[(bits[0] ?? 0) + 2 * (bits[1] ?? 0) + 4 * (bits[2] ?? 0)] ?? "";
}
