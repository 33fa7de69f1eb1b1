/**
 * Lines that an address names: `#L120`, `#L120-140`, or of a log without numbers `#E` with an
 * event's id.
 */
export type Chosen =
  | { readonly by: "line"; readonly from: number; readonly to: number }
  | { readonly by: "event"; readonly id: string };

/** What follows `#` of an address; `undefined`: it names no lines. */
export function chosenOf(hash: string): Chosen | undefined {
  const event = /^E(?<id>.+)$/.exec(hash)?.groups?.["id"];
  if (event !== undefined) return { by: "event", id: decodeURIComponent(event) };
  const lines = /^L(?<from>\d{1,12})(?:-L?(?<to>\d{1,12}))?$/.exec(hash)?.groups;
  if (lines === undefined) return undefined;
  const [one, other] = [Number(lines["from"]), Number(lines["to"] ?? lines["from"])];
  if (one === 0 || other === 0) return undefined;
  return { by: "line", from: Math.min(one, other), to: Math.max(one, other) };
}

/** What follows `#` for these lines. */
export function hashOf(chosen: Chosen): string {
  if (chosen.by === "event") return `E${encodeURIComponent(chosen.id)}`;
  return chosen.from === chosen.to ? `L${chosen.from}` : `L${chosen.from}-${chosen.to}`;
}

/** The lines from the first that was chosen to another: what Shift and a press choose. */
export function extended(before: Chosen | undefined, to: number): Chosen {
  if (before?.by !== "line") return { by: "line", from: to, to };
  return to < before.from
    ? { by: "line", from: to, to: before.to }
    : { by: "line", from: before.from, to };
}

/** How a line is named in an address. */
export function nameOf(number: number | null, id: string): Chosen {
  return number === null ? { by: "event", id } : { by: "line", from: number, to: number };
}
