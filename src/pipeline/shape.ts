import { layers } from "../core/graph.ts";
import type { StepId } from "../core/ids.ts";
import type { Step } from "../config/model.ts";

/**
 * How steps follow each other: what a state machine can say with states that follow each other and
 * Parallels.
 */
export type Shape =
  | { readonly kind: "step"; readonly step: Step }
  | { readonly kind: "series"; readonly parts: readonly Shape[] }
  | { readonly kind: "parallel"; readonly parts: readonly Shape[] };

/**
 * Nests a graph of steps. Where the graph is series-parallel, the outcome has exactly its order: a
 * step waits for those that it depends on and for no other. A part of the graph that is not (a N: c
 * after a and b, d after b only) is cut into layers, each of which waits for the whole layer
 * before; that keeps every dependency and adds some.
 *
 * @param steps at least one, in the author's order, without cycles
 */
export function shapeOf(steps: readonly Step[]): Shape {
  const before = allBefore(steps);
  const precedes = (a: Step, b: Step): boolean => before.get(b.id)?.has(a.id) ?? false;

  const nest = (members: readonly Step[]): Shape => {
    const [only, ...others] = members;
    if (only === undefined) throw new Error("a pipeline without steps has no shape");
    if (others.length === 0) return { kind: "step", step: only };

    const comparable = (a: Step, b: Step) => precedes(a, b) || precedes(b, a);
    const apart = components(members, comparable);
    if (apart.length > 1) return { kind: "parallel", parts: apart.map(nest) };

    const inSeries = components(members, (a, b) => !comparable(a, b));
    if (inSeries.length > 1) {
      const ordered = inSeries.toSorted((a, b) => (a[0] && b[0] && precedes(a[0], b[0]) ? -1 : 1));
      return { kind: "series", parts: ordered.map(nest) };
    }
    const graph = new Map(
      members.map((step) => [step, members.filter((other) => precedes(other, step))]),
    );
    const parts = layers(graph).map((layer): Shape => {
      const leaves = layer.map((step): Shape => ({ kind: "step", step }));
      const [leaf, ...rest] = leaves;
      return leaf && rest.length === 0 ? leaf : { kind: "parallel", parts: leaves };
    });
    return { kind: "series", parts };
  };
  return nest(steps);
}

/** For each step all that come before it, directly or not. */
function allBefore(steps: readonly Step[]): Map<StepId, Set<StepId>> {
  const byId = new Map(steps.map((step) => [step.id, step]));
  const result = new Map<StepId, Set<StepId>>();
  const visit = (step: Step): Set<StepId> => {
    const known = result.get(step.id);
    if (known) return known;
    const before = new Set<StepId>();
    result.set(step.id, before);
    for (const id of step.dependsOn) {
      const other = byId.get(id);
      if (!other) continue;
      before.add(id);
      for (const earlier of visit(other)) before.add(earlier);
    }
    return before;
  };
  for (const step of steps) visit(step);
  return result;
}

/**
 * Splits the members so that none is linked with one of another part; parts and members keep the
 * author's order.
 */
function components(
  members: readonly Step[],
  linked: (a: Step, b: Step) => boolean,
): readonly (readonly Step[])[] {
  const part = new Map<Step, number>();
  for (const [number, start] of members.entries()) {
    if (part.has(start)) continue;
    const queue = [start];
    part.set(start, number);
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      for (const other of members) {
        if (part.has(other) || !linked(next, other)) continue;
        part.set(other, number);
        queue.push(other);
      }
    }
  }
  return [...new Set(part.values())].map((number) =>
    members.filter((member) => part.get(member) === number),
  );
}
