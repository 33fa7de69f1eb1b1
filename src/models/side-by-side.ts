import { ok, type Result } from "../core/result.ts";

/** Requests to a tracking server at the same time: it is a team's own, and small. */
const atATime = 8;

/** Does something for each, a few at the same time; the outcomes are in the order of the items. */
export async function sideBySide<Item, Outcome>(
  items: readonly Item[],
  work: (item: Item) => Promise<Outcome>,
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (let from = 0; from < items.length; from += atATime) {
    outcomes.push(...(await Promise.all(items.slice(from, from + atATime).map(work))));
  }
  return outcomes;
}

/** All values, or the first failure. */
export function allOf<Value, Problem>(
  results: readonly Result<Value, Problem>[],
): Result<readonly Value[], Problem> {
  const values: Value[] = [];
  for (const result of results) {
    if (!result.ok) return result;
    values.push(result.value);
  }
  return ok(values);
}
