import type { Json, JsonObject } from "../../core/json.ts";

/** Types that a field may ask its JSONata expression for. */
export type ExpectedType = "string" | "number" | "boolean" | "array" | "object";

/**
 * A part of a definition that may take long to evaluate, as data: it can be compiled again where
 * its evaluation can be ended.
 */
export type Job =
  /** A JSONata expression, `{% … %}`. */
  | {
      readonly kind: "expression";
      readonly text: string;
      /** The field as AWS names it: `Output/score`. */
      readonly location: string;
      readonly expected?: ExpectedType;
    }
  /** A JSONPath payload template. */
  | { readonly kind: "template"; readonly template: Json }
  /** A path, or an intrinsic call, that is alone in a field. */
  | { readonly kind: "reference"; readonly text: string }
  /** The condition of a Choice rule in JSONPath. */
  | { readonly kind: "rule"; readonly rule: JsonObject };
