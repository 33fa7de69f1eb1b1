/**
 * The candidate that `word` was most likely meant to be, or undefined when none is near: at most
 * one edit for short words, by default a third of the length for longer ones, and never the whole
 * word; or else one that begins with it. An edit is an insertion, a deletion, a replacement or a
 * swap of neighbours; case doesn't count.
 */
export function nearest(
  word: string,
  candidates: Iterable<string>,
  most: number = Math.max(1, Math.floor(word.length / 3)),
): string | undefined {
  const limit = Math.min(most, word.length - 1);
  let best: string | undefined;
  let bestDistance = limit + 1;
  const known = [...candidates];
  for (const candidate of known) {
    if (Math.abs(candidate.length - word.length) > limit) continue;
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  // `memory` is far from `memory_gb` in edits, and near in mind.
  return (
    best ??
    (word.length < 3
      ? undefined
      : known.find((candidate) => candidate.toLowerCase().startsWith(word.toLowerCase())))
  );
}

/** "did you mean …?", or what there is to choose from. */
export function didYouMean(word: string, candidates: Iterable<string>): string {
  const known = [...new Set(candidates)];
  const near = nearest(word, known);
  if (near !== undefined) return `did you mean "${near}"?`;
  const [first] = known;
  if (first === undefined) return "there is none yet";
  if (known.length === 1) return `there is only "${first}"`;
  const shown = known.slice(0, 12).map((name) => `"${name}"`);
  return `there are ${shown.join(", ")}${known.length > shown.length ? " and more" : ""}`;
}

/** Edit distance with swaps of neighbours (optimal string alignment). */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1];
      let distance = Math.min(
        (last[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + 1,
        (last[j - 1] ?? 0) + (same ? 0 : 1),
      );
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        distance = Math.min(distance, (beforeLast[j - 2] ?? 0) + 1);
      }
      row.push(distance);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? 0;
}
