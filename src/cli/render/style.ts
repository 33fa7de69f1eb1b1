/** Puts colour around text, or leaves it as it is. */
export interface Style {
  readonly bold: Paint;
  readonly dim: Paint;
  readonly red: Paint;
  readonly green: Paint;
  readonly yellow: Paint;
  readonly blue: Paint;
  readonly magenta: Paint;
  readonly cyan: Paint;
}

export type Paint = (text: string) => string;

const identity: Paint = (text) => text;

/** SGR codes of ECMA-48: what switches it on, what switches it off. */
const paint =
  (on: number, off: number): Paint =>
  (text) =>
    text === "" ? "" : `\u001B[${on}m${text}\u001B[${off}m`;

const plain: Style = {
  bold: identity,
  dim: identity,
  red: identity,
  green: identity,
  yellow: identity,
  blue: identity,
  magenta: identity,
  cyan: identity,
};

const coloured: Style = {
  bold: paint(1, 22),
  dim: paint(2, 22),
  red: paint(31, 39),
  green: paint(32, 39),
  yellow: paint(33, 39),
  blue: paint(34, 39),
  magenta: paint(35, 39),
  cyan: paint(36, 39),
};

export function styleFor(color: boolean): Style {
  return color ? coloured : plain;
}

/** The colour of a step's prefix: by its place, never red or green, which mean outcomes. */
export function stepPaint(style: Style, index: number): Paint {
  const paints = [style.cyan, style.magenta, style.yellow, style.blue];
  return paints[index % paints.length] ?? style.cyan;
}
