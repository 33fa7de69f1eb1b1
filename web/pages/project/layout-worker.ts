import { graphlib, layout } from "@dagrejs/dagre";

import type { GraphToLayOut, LaidOut } from "./layout.ts";

// Lays graphs out where it doesn't hold up the page.
addEventListener("message", ({ data }: MessageEvent<GraphToLayOut>) => {
  postMessage(layOut(data));
});

function layOut({ nodes, width, height, down }: GraphToLayOut): LaidOut {
  const graph = new graphlib.Graph();
  graph.setGraph({
    rankdir: down ? "TB" : "LR",
    nodesep: down ? 16 : 22,
    ranksep: down ? 28 : 44,
    marginx: 12,
    marginy: 16,
  });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id } of nodes) graph.setNode(id, { width, height });
  for (const { id, dependsOn } of nodes) {
    for (const before of dependsOn) if (graph.hasNode(before)) graph.setEdge(before, id);
  }
  layout(graph);
  const size = graph.graph() as { readonly width?: number; readonly height?: number };
  return {
    width: size.width ?? 0,
    height: size.height ?? 0,
    nodes: Object.fromEntries(
      nodes.map(({ id }) => {
        const { x, y } = graph.node(id) as { readonly x: number; readonly y: number };
        return [id, { x, y }];
      }),
    ),
    edges: graph
      .edges()
      .map((edge) => (graph.edge(edge) as { readonly points: LaidOut["edges"][number] }).points),
  };
}
