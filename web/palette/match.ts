/**
 * Where a text is found in a title: each of its letters, in order. The fewer gaps and the earlier,
 * the better.
 *
 * @param title in small letters
 * @param text in small letters, not empty
 * @returns places of the letters and how good they are, the smaller the better; `undefined`: it
 *   isn't found
 */
export function matchOf(
  title: string,
  text: string,
): { readonly places: readonly number[]; readonly cost: number } | undefined {
  const whole = title.indexOf(text);
  if (whole !== -1) {
    const begins = whole === 0 || /[^\p{L}\p{N}]/u.test(title[whole - 1] ?? "");
    return {
      places: Array.from(text, (_, index) => whole + index),
      cost: whole / 100 + (begins ? 0 : 2) + title.length / 1_000,
    };
  }
  const places: number[] = [];
  let cost = 5;
  for (const letter of text) {
    if (letter === " ") continue;
    const from = (places.at(-1) ?? -1) + 1;
    const at = title.indexOf(letter, from);
    if (at === -1) return undefined;
    cost += at === from ? 0 : 1 + (at - from) / 50;
    places.push(at);
  }
  // Letters that are strewn over a long title aren't what somebody looks for.
  return cost > 5 + text.length * 0.9 ? undefined : { places, cost };
}

/** A title's parts, each found or not. */
export function markedParts(
  title: string,
  places: readonly number[],
): readonly { readonly text: string; readonly found: boolean }[] {
  const found = new Set(places);
  const parts: { text: string; found: boolean }[] = [];
  for (let index = 0; index < title.length; index += 1) {
    const last = parts.at(-1);
    const letter = title[index] ?? "";
    if (last !== undefined && last.found === found.has(index)) last.text += letter;
    else parts.push({ text: letter, found: found.has(index) });
  }
  return parts;
}
