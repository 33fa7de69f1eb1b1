import type { Json } from "../../core/json.ts";

/** One step of a parsed path. */
export type PathStep =
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "index"; readonly index: number }
  | { readonly kind: "wildcard" }
  | { readonly kind: "names"; readonly names: readonly string[] }
  | { readonly kind: "indices"; readonly indices: readonly number[] }
  | { readonly kind: "slice"; readonly from: number | undefined; readonly to: number | undefined }
  | { readonly kind: "descendants"; readonly inner: PathStep }
  | { readonly kind: "filter"; readonly filter: Filter }
  | { readonly kind: "function"; readonly name: string };

/** The condition of a `[?( … )]` step. */
export type Filter =
  | { readonly kind: "and" | "or"; readonly parts: readonly Filter[] }
  | { readonly kind: "not"; readonly part: Filter }
  | { readonly kind: "exists"; readonly path: FilterPath }
  | {
      readonly kind: "compare";
      readonly operator: string;
      readonly left: Operand;
      readonly right: Operand;
    };

/** A path inside a filter: from the item (`@`) or from the document (`$`). */
export interface FilterPath {
  readonly fromItem: boolean;
  readonly steps: readonly PathStep[];
}

export type Operand =
  | { readonly kind: "path"; readonly path: FilterPath }
  | { readonly kind: "value"; readonly value: Json }
  | { readonly kind: "pattern"; readonly pattern: RegExp };

/** What a path starts from. */
export type PathRoot =
  | { readonly kind: "input" }
  | { readonly kind: "context" }
  | { readonly kind: "variable"; readonly name: string };

export interface Path {
  /** As it was written. */
  readonly text: string;
  readonly root: PathRoot;
  readonly steps: readonly PathStep[];
  /** Leads to exactly one place, or to none: no wildcard, slice, filter or descent. */
  readonly definite: boolean;
}

/** Whether a step leads to one place at most. */
export function isDefinite(step: PathStep): boolean {
  return step.kind === "name" || step.kind === "index" || step.kind === "function";
}

/**
 * Whether steps lead to one place at most. Several names at the end make one object of their
 * fields; before the end they are ways that part.
 */
export function leadsToOne(steps: readonly PathStep[]): boolean {
  return steps.every(
    (step, at) => isDefinite(step) || (step.kind === "names" && at === steps.length - 1),
  );
}
