/** `1.0.0` to `1.0.1`, `2` to `3`, `rc` to `rc-2`. */
export function nextVersion(version: string): string {
  const [number] = /(?<!\d)\d+$/.exec(version) ?? [];
  if (number === undefined) return `${version}-2`;
  return `${version.slice(0, -number.length)}${Number(number) + 1}`;
}

/** A version above all of these. */
export function versionAbove(version: string, others: readonly string[]): string {
  let highest = version;
  for (const other of others) if ((compareVersions(other, highest) ?? -1) > 0) highest = other;
  // What is before a release ends in it: after 1.0.0-rc comes 1.0.0.
  const release = /^(v?\d+(?:\.\d+)*)-/.exec(highest)?.[1];
  let next = release ?? nextVersion(highest);
  while (others.includes(next) || next === version) next = nextVersion(next);
  return next;
}

/**
 * Which of two versions is higher: negative, zero or positive. Numbers between dots count as such,
 * and what has a hyphen behind them is before them, as in https://semver.org. Undefined for
 * versions that aren't numbers.
 */
export function compareVersions(a: string, b: string): number | undefined {
  const [one, other] = [parsed(a), parsed(b)];
  if (one === undefined || other === undefined) return undefined;
  const length = Math.max(one.numbers.length, other.numbers.length);
  for (let index = 0; index < length; index += 1) {
    const difference = (one.numbers[index] ?? 0) - (other.numbers[index] ?? 0);
    if (difference !== 0) return difference;
  }
  if (one.before === other.before) return 0;
  if (one.before === undefined) return 1;
  if (other.before === undefined) return -1;
  return one.before.localeCompare(other.before, "en", { numeric: true });
}

function parsed(
  version: string,
): { readonly numbers: readonly number[]; readonly before: string | undefined } | undefined {
  const [, numbers, before] = /^v?(\d+(?:\.\d+)*)(?:-(.+))?$/.exec(version) ?? [];
  if (numbers === undefined) return undefined;
  return { numbers: numbers.split(".").map(Number), before };
}
