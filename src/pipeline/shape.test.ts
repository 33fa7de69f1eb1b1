import { isDeepStrictEqual } from "node:util";

import * as fc from "fast-check";
import { expect, test } from "vitest";
import { step } from "./fixtures/project.ts";
import { shapeOf, type Shape } from "./shape.ts";

/** `a ; (b | c)` */
function text(shape: Shape): string {
  if (shape.kind === "step") return shape.step.id;
  return `(${shape.parts.map(text).join(shape.kind === "series" ? " ; " : " | ")})`;
}

function shaped(graph: Readonly<Record<string, readonly string[]>>): string {
  return text(shapeOf(Object.entries(graph).map(([id, after]) => step(id, { after }))));
}

test.each<[string, Readonly<Record<string, readonly string[]>>, string]>([
  ["one step", { a: [] }, "a"],
  ["a sequence", { a: [], b: ["a"], c: ["b"] }, "(a ; b ; c)"],
  ["steps side by side", { a: [], b: [] }, "(a | b)"],
  ["a diamond", { a: [], b: ["a"], c: ["a"], d: ["b", "c"] }, "(a ; (b | c) ; d)"],
  [
    "the fleet report",
    { list: [], describe: ["list"], check: [], write: ["describe", "check"] },
    "(((list ; describe) | check) ; write)",
  ],
  ["an edge that says nothing new", { a: [], b: ["a"], c: ["a", "b"] }, "(a ; b ; c)"],
  ["an author who begins with the end", { d: ["a"], a: [], b: ["a"] }, "(a ; (d | b))"],
  ["a complete exchange", { a: [], b: [], c: ["a", "b"], d: ["a", "b"] }, "((a | b) ; (c | d))"],
  ["two pipelines in one", { a: [], b: [], c: ["a"], d: ["b"] }, "((a ; c) | (b ; d))"],
  ["a N, in layers", { a: [], b: [], c: ["a", "b"], d: ["b"] }, "((a | b) ; (c | d))"],
  [
    "a N with more around it, which stays as it is",
    { x: [], a: ["x"], b: ["x"], c: ["a", "b"], d: ["b"], y: ["c", "d"], z: [] },
    "((x ; ((a | b) ; (c | d)) ; y) | z)",
  ],
])("%s", (_, graph, shape) => {
  expect(shaped(graph)).toBe(shape);
});

const graphs = fc
  .array(fc.array(fc.nat(), { maxLength: 3 }), { minLength: 1, maxLength: 9 })
  .map((lists) =>
    Object.fromEntries(
      lists.map((list, index) => [
        `s${index}`,
        index === 0 ? [] : [...new Set(list.map((number) => `s${number % index}`))],
      ]),
    ),
  );

/** Which steps come before which, in any run of the shape. */
function orderOf(
  shape: Shape,
  before: readonly string[],
  order: Map<string, Set<string>>,
): string[] {
  if (shape.kind === "step") {
    order.set(shape.step.id, new Set(before));
    return [shape.step.id];
  }
  const done = [...before];
  const all: string[] = [];
  for (const part of shape.parts) {
    const ids = orderOf(part, done, order);
    all.push(...ids);
    if (shape.kind === "series") done.push(...ids);
  }
  return all;
}

test("every dependency is kept, every step is there once, and nothing waits without need where the graph is series-parallel", () => {
  fc.assert(
    fc.property(graphs, (graph) => {
      const steps = Object.entries(graph).map(([id, after]) => step(id, { after }));
      const shape = shapeOf(steps);
      const order = new Map<string, Set<string>>();
      const ids = orderOf(shape, [], order);
      expect(ids.toSorted()).toEqual(Object.keys(graph).toSorted());
      const closure = new Map<string, Set<string>>();
      for (const [id, after] of Object.entries(graph)) {
        closure.set(id, new Set(after.flatMap((other) => [other, ...(closure.get(other) ?? [])])));
      }
      for (const [id, before] of closure) {
        for (const other of before) expect(order.get(id)).toContain(other);
      }
      expect(hasN(closure) || isDeepStrictEqual(order, closure)).toBe(true);
    }),
    { numRuns: 300 },
  );
});

/**
 * Series-parallel orders are those without four elements a < c, b < c, b < d and no other relation
 * among them.
 */
function hasN(closure: ReadonlyMap<string, ReadonlySet<string>>): boolean {
  const ids = [...closure.keys()];
  const less = (a: string, b: string) => closure.get(b)?.has(a) ?? false;
  const apart = (a: string, b: string) => a !== b && !less(a, b) && !less(b, a);
  return ids.some((a) =>
    ids.some((b) =>
      ids.some((c) =>
        ids.some(
          (d) =>
            less(a, c) && less(b, c) && less(b, d) && apart(a, b) && apart(c, d) && apart(a, d),
        ),
      ),
    ),
  );
}
