import { expression } from "./jsonata.ts";

/**
 * Numbers of a list that a step left, through JSONata: `$string` rounds a number to 15 digits, so
 * longer ones travel as marked texts, as the file has them, and become numbers again where the item
 * becomes text. What a double can't hold is refused, because some reader between here and there
 * would round it.
 */
const KEPT = "esteira:number:";
const REFUSED = "esteira:refused";

/** Integers up to this are exact in a double, and so in any reader of JSON. */
const LARGEST = String(2 ** 53);

/**
 * A text of JSON, or a number of 16 characters or more, or one whose exponent may be out of range,
 * or what Python writes for one that isn't in JSON. Loops have no alternatives in them: Java's
 * regular expressions go a level deeper for each turn of those. `\x5C` is a backslash: before a
 * bracket, JSONata takes one for an escape.
 */
const TOKEN = String.raw`/"[^"\x5C]*(?:\x5C.[^"\x5C]*)*"|-?[0-9][0-9.]{15,}(?:[eE][+-]?[0-9]+)?|-?[0-9][0-9.]*[eE][+-]?[0-9]{3,}|NaN|-?Infinity/`;

/** Whether there can be any such number: most lists have none, and are read in one go. */
const SUSPECT = "/[0-9][0-9.]{15}|[0-9][eE][+-]?[0-9]{3}|NaN|Infinity/";

/** Of numbers as the file has them: those that a double can't hold. */
const INEXACT = [
  `-?(?:[0-9]{${LARGEST.length + 1},}|${greaterThan(LARGEST)})`,
  // 18 significant digits; every double can be written with 17.
  String.raw`-?[0.]*[1-9](?:\.?[0-9]){17}[0-9.]*(?:[eE][+-]?[0-9]+)?`,
  String.raw`[^"]*[eE]\+?0*(?:[1-9][0-9]{3,}|[4-9][0-9][0-9]|3[1-9][0-9]|309)`,
  '[^"]*[eE]-0*(?:[1-9][0-9]{3,}|[4-9][0-9][0-9]|3[3-9][0-9]|32[5-9])',
  "-?(?:NaN|Infinity)",
].join("|");

/** Matches the numbers of as many digits that are greater. */
function greaterThan(number: string): string {
  return number
    .split("")
    .flatMap((digit, index) =>
      digit === "9"
        ? []
        : [`${number.slice(0, index)}[${Number(digit) + 1}-9][0-9]{${number.length - index - 1}}`],
    )
    .join("|");
}

/**
 * The list in the text `body`, as JSONata; where it has a number that can't be kept, an object
 * of one field with that number as the file has it: `refusedNumber`.
 *
 * Everything is done by plain replacements: an expression has a second, and calling a function for
 * each number of a long list takes longer.
 */
export function readList(body: string): string {
  // Neither can be in a JSON text.
  const [begin, end] = [String.raw`\u0001`, String.raw`\u0002`];
  const marked = [
    [TOKEN, `"${begin}$0${end}"`],
    [`"${begin}\\""`, String.raw`"\""`],
    [String.raw`"\"${end}"`, String.raw`"\""`],
    [`"${begin}"`, String.raw`"\"${KEPT}"`],
    [`"${end}"`, String.raw`"\""`],
  ].reduce((text, [from, to]) => `$replace(${text}, ${from}, ${to})`, "$body");
  const refused = `$refused := $match($body, /"${KEPT}(${INEXACT})"/, 1)`;
  return expression(
    `($body := ${body}; $contains($body, ${SUSPECT}) ? ($body := ${marked}; ${refused}; ` +
      `$exists($refused) ? {"${REFUSED}": $refused.groups[0]} : $parse($body)) : $parse($body))`,
  );
}

/** The number because of which there is no list; nothing where there is one: JSONata. */
export function refusedNumber(list: string): string {
  return `($type(${list}) = "object" ? $lookup(${list}, "${REFUSED}"))`;
}

/** The text of an item of such a list, as a step gets it: JSONata. */
export function listItemText(item: string): string {
  const isKept = `$substring($item, 0, ${KEPT.length}) = "${KEPT}"`;
  return (
    `($item := ${item}; $type($item) = "string" ? ` +
    `(${isKept} ? $substring($item, ${KEPT.length}) : $item) : ` +
    `$replace($string($item), /"${KEPT}([^"]*)"/, "$1"))`
  );
}
