/**
 * The names of all fields as configuration writes them: `maxConcurrency` is `max_concurrency`.
 *
 * @param byName fields whose own fields are named by people, such as variables: what is in them
 *   stays as it is
 */
export function snakeCased(value: unknown, byName: ReadonlySet<string>): unknown {
  if (Array.isArray(value)) return value.map((element) => snakeCased(element, byName));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inside]) => [
      name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      byName.has(name) ? inside : snakeCased(inside, byName),
    ]),
  );
}
