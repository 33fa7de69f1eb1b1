/** Replaces what must not be shown in a text. */
export type Mask = (text: string) => string;

/**
 * Forms shorter than this aren't looked for: `1` and `true` would be found everywhere, and what is
 * so short is found out by trying.
 */
const shortest = 6;
const shown = "***";

/**
 * Replaces secrets by `***`, each wherever it stands: as it is, in base64 (also as a part of what
 * was encoded, as in `user:password`), and encoded for URLs. Of a secret with line breaks each line
 * is one, as logs are read by lines.
 */
export function maskOf(secrets: Iterable<string>): Mask {
  const forms = new Set<string>();
  for (const secret of secrets) {
    for (const part of [secret, ...secret.split("\n").map((line) => line.trim())]) {
      for (const form of [part, encodeURIComponent(part.toWellFormed()), ...inBase64(part)]) {
        if (form.length >= shortest) forms.add(form);
      }
    }
  }
  if (forms.size === 0) return (text) => text;
  return (text) => {
    const found = [...forms].flatMap((form) => placesOf(form, text));
    return found.length === 0 ? text : masked(text, found);
  };
}

/** From and to, in code units. */
type Place = readonly [number, number];

function placesOf(form: string, text: string): Place[] {
  const places: Place[] = [];
  for (let at = text.indexOf(form); at >= 0; at = text.indexOf(form, at + 1)) {
    places.push([at, at + form.length]);
  }
  return places;
}

/** Places may overlap: all that any of them covers goes. */
function masked(text: string, places: readonly Place[]): string {
  let result = "";
  let end = 0;
  for (const [from, to] of places.toSorted(([a], [b]) => a - b)) {
    if (from >= end) result += `${text.slice(end, from)}${shown}`;
    end = Math.max(end, to);
  }
  return result + text.slice(end);
}

/**
 * What the bytes of a text look like in base64, whatever is before and after them: three forms,
 * by the place in a group of three bytes; each without the characters that its neighbours share.
 */
function inBase64(text: string): string[] {
  const bytes = Buffer.from(text);
  if (bytes.length < 4) return [];
  return [0, 1, 2].flatMap((shift) => {
    const encoded = Buffer.concat([Buffer.alloc(shift), bytes]).toString("base64");
    const own = encoded.slice(shift === 0 ? 0 : shift + 1);
    const rest = (bytes.length + shift) % 3;
    const sure = rest === 0 ? own : own.slice(0, rest === 1 ? -3 : -2);
    const forms = [own.replace(/(?<!=)=+$/, ""), sure];
    return forms.flatMap((form) => [form, form.replaceAll("+", "-").replaceAll("/", "_")]);
  });
}
