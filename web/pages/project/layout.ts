/** A graph to lay out: nodes of one size, from the left to the right or from the top down. */
export interface GraphToLayOut {
  readonly nodes: readonly { readonly id: string; readonly dependsOn: readonly string[] }[];
  readonly width: number;
  readonly height: number;
  readonly down: boolean;
}

/** Where everything is, in pixels from the top left. */
export interface LaidOut {
  readonly width: number;
  readonly height: number;
  /** Middles of the nodes, by id. */
  readonly nodes: Readonly<Record<string, { readonly x: number; readonly y: number }>>;
  /** Points that each edge goes by. */
  readonly edges: readonly (readonly { readonly x: number; readonly y: number }[])[];
}
