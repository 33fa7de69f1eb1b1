/**
 * A document as it was read, with the parts that are as they were before: the same objects, so that
 * who draws them sees at once that nothing has changed. An item of a list is held to the one at the
 * same place.
 *
 * @param before what was read last
 * @param now plain data, as JSON has it; it isn't used any further
 * @returns `before` itself where nothing has changed
 */
export function keptParts<A>(before: unknown, now: A): A {
  if (Object.is(before, now)) return now;
  if (typeof before !== "object" || typeof now !== "object" || before === null || now === null) {
    return now;
  }
  if (Array.isArray(now)) {
    if (!Array.isArray(before)) return now;
    let same = before.length === now.length;
    for (let at = 0; at < now.length; at += 1) {
      now[at] = keptParts(before[at], now[at] as unknown);
      if (now[at] !== before[at]) same = false;
    }
    return same ? (before as A) : now;
  }
  if (Array.isArray(before)) return now;
  const [was, is] = [before as Fields, now as Record<string, unknown>];
  let same = true;
  let more = 0;
  for (const key in is) {
    if (Object.hasOwn(was, key)) is[key] = keptParts(was[key], is[key]);
    if (!Object.hasOwn(was, key) || is[key] !== was[key]) same = false;
    more += 1;
  }
  for (const _ in was) more -= 1;
  return same && more === 0 ? (before as A) : now;
}

type Fields = Readonly<Record<string, unknown>>;
