import type { QueryLanguage } from "../machine.ts";

/** What a field's value must be. */
export type FieldKind =
  | "string"
  | "boolean"
  | "object"
  | "array"
  | "any"
  /** A whole number from 0. */
  | "count"
  /** A whole number from 1. */
  | "positive"
  | "number"
  /** Null or a text that is checked as a path where it is compiled. */
  | "path"
  | "timestamp";

export interface FieldRule {
  readonly kind: FieldKind;
  /** The only query language that knows the field. */
  readonly only?: QueryLanguage;
  /** In JSONata the field may hold an expression. */
  readonly expression?: boolean;
}

export interface StateRule {
  readonly fields: Readonly<Record<string, FieldRule>>;
  readonly required: readonly string[];
  /** Whether the state says where to continue: `Next` or `End`. */
  readonly transition: boolean;
}

const path: FieldRule = { kind: "path", only: "JSONPath" };
const template: FieldRule = { kind: "any", only: "JSONPath" };
const jsonata: FieldRule = { kind: "any", only: "JSONata" };
const any: FieldRule = { kind: "any" };

const common: Readonly<Record<string, FieldRule>> = {
  Type: { kind: "string" },
  Comment: { kind: "string" },
  QueryLanguage: { kind: "string" },
};
const inOut = { InputPath: path, OutputPath: path, Output: jsonata };
const transition: Readonly<Record<string, FieldRule>> = {
  Next: { kind: "string" },
  End: { kind: "boolean" },
};
const assign: Readonly<Record<string, FieldRule>> = { Assign: { kind: "object" } };
const result = { ResultPath: path, Parameters: template };
const work = {
  ...result,
  ResultSelector: { kind: "object", only: "JSONPath" } satisfies FieldRule,
  Arguments: jsonata,
  Retry: { kind: "array" } satisfies FieldRule,
  Catch: { kind: "array" } satisfies FieldRule,
};

function limit(name: string, kind: FieldKind): Readonly<Record<string, FieldRule>> {
  return { [name]: { kind, expression: true }, [`${name}Path`]: path };
}

/**
 * The fields of each type of state.
 * https://docs.aws.amazon.com/step-functions/latest/dg/statemachine-structure.html
 */
export const stateRules: Readonly<Record<string, StateRule | undefined>> = {
  Pass: {
    fields: { ...common, ...inOut, ...transition, ...assign, ...result, Result: template },
    required: [],
    transition: true,
  },
  Task: {
    fields: {
      ...common,
      ...inOut,
      ...transition,
      ...assign,
      ...work,
      ...limit("TimeoutSeconds", "positive"),
      ...limit("HeartbeatSeconds", "positive"),
      Resource: { kind: "string" },
      Credentials: { kind: "object", expression: true },
    },
    required: ["Resource"],
    transition: true,
  },
  Choice: {
    fields: {
      ...common,
      ...inOut,
      ...assign,
      Choices: { kind: "array" },
      Default: { kind: "string" },
    },
    required: ["Choices"],
    transition: false,
  },
  Wait: {
    fields: {
      ...common,
      ...inOut,
      ...transition,
      ...assign,
      ...limit("Seconds", "count"),
      Timestamp: { kind: "timestamp", expression: true },
      TimestampPath: path,
    },
    required: [],
    transition: true,
  },
  Succeed: { fields: { ...common, ...inOut }, required: [], transition: false },
  Fail: {
    fields: {
      ...common,
      Error: { kind: "string" },
      ErrorPath: path,
      Cause: { kind: "string" },
      CausePath: path,
    },
    required: [],
    transition: false,
  },
  Parallel: {
    fields: {
      ...common,
      ...inOut,
      ...transition,
      ...assign,
      ...work,
      Branches: { kind: "array" },
    },
    required: ["Branches"],
    transition: true,
  },
  Map: {
    fields: {
      ...common,
      ...inOut,
      ...transition,
      ...assign,
      ...work,
      ...limit("MaxConcurrency", "count"),
      ...limit("ToleratedFailureCount", "count"),
      ...limit("ToleratedFailurePercentage", "number"),
      ItemProcessor: { kind: "object" },
      Iterator: { kind: "object" },
      Items: jsonata,
      ItemsPath: path,
      ItemSelector: any,
      ItemReader: { kind: "object" },
      ItemBatcher: { kind: "object" },
      ResultWriter: { kind: "object" },
      Label: { kind: "string" },
    },
    required: [],
    transition: true,
  },
};

/** Pairs and groups of which at most one may be in a state. */
export const exclusive: readonly (readonly string[])[] = [
  ["TimeoutSeconds", "TimeoutSecondsPath"],
  ["HeartbeatSeconds", "HeartbeatSecondsPath"],
  ["MaxConcurrency", "MaxConcurrencyPath"],
  ["ToleratedFailureCount", "ToleratedFailureCountPath"],
  ["ToleratedFailurePercentage", "ToleratedFailurePercentagePath"],
  ["Error", "ErrorPath"],
  ["Cause", "CausePath"],
  ["ItemProcessor", "Iterator"],
];

/** Groups of which exactly one must be in a state of that type. */
export const oneOf: Readonly<Record<string, readonly string[] | undefined>> = {
  Wait: ["Seconds", "SecondsPath", "Timestamp", "TimestampPath"],
  Map: ["ItemProcessor", "Iterator"],
};
