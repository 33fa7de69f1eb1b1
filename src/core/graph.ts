/**
 * A directed graph as data: each node with the nodes that must come before it. Iteration order is
 * the author's order.
 */
export type Dependencies<Node> = ReadonlyMap<Node, readonly Node[]>;

/**
 * Groups the nodes so that each depends only on earlier groups; inside a group the author's order
 * is kept. Nodes on a cycle, or behind one, appear in no group.
 */
export function layers<Node>(graph: Dependencies<Node>): Node[][] {
  const placed = new Set<Node>();
  const result: Node[][] = [];
  for (;;) {
    const layer = [...graph].filter(
      ([node, before]) => !placed.has(node) && before.every((other) => placed.has(other)),
    );
    if (layer.length === 0) return result;
    result.push(layer.map(([node]) => node));
    for (const [node] of layer) placed.add(node);
  }
}

/**
 * Finds one cycle, as the nodes along it, the first repeated at the end; `undefined` when there is
 * none.
 */
export function findCycle<Node>(graph: Dependencies<Node>): Node[] | undefined {
  const finished = new Set<Node>();
  const visit = (node: Node, path: readonly Node[]): Node[] | undefined => {
    const seenAt = path.indexOf(node);
    if (seenAt !== -1) return [...path.slice(seenAt), node];
    if (finished.has(node)) return undefined;
    for (const before of graph.get(node) ?? []) {
      const cycle = visit(before, [...path, node]);
      if (cycle) return cycle;
    }
    finished.add(node);
    return undefined;
  };
  for (const node of graph.keys()) {
    const cycle = visit(node, []);
    if (cycle) return cycle;
  }
  return undefined;
}

/** The node and everything that comes after it, directly or not. */
export function descendants<Node>(graph: Dependencies<Node>, from: Node): Set<Node> {
  const reached = new Set<Node>([from]);
  for (const layer of layers(graph)) {
    for (const node of layer) {
      if ((graph.get(node) ?? []).some((before) => reached.has(before))) reached.add(node);
    }
  }
  return reached;
}
