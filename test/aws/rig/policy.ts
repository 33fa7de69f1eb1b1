import type { PolicyDocument, Statement } from "../../../src/aws/iam/document.ts";

/** One question that AWS asks of the caller's policies; a request asks one or more. */
export interface Authorization {
  /** `ecs:CreateCluster` */
  readonly action: string;
  /** An ARN, or `*` for what AWS lets no policy limit. */
  readonly resource: string;
  /** Condition keys, in any case: `{ "iam:PassedToService": "ecs-tasks.amazonaws.com" }`. */
  readonly context?: Readonly<Record<string, string | readonly string[]>>;
}

export type Decision = "allowed" | "denied" | "not allowed";

/**
 * What IAM would decide for a caller with these identity policies: a Deny that applies wins, then
 * an Allow, else no.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics.html
 */
export function evaluate(documents: readonly PolicyDocument[], asked: Authorization): Decision {
  const applying = documents
    .flatMap(({ Statement }) => Statement)
    .filter((statement) => applies(statement, asked));
  if (applying.some(({ Effect }) => Effect === "Deny")) return "denied";
  return applying.some(({ Effect }) => Effect === "Allow") ? "allowed" : "not allowed";
}

/** True when the statement is about the action, the resource and the conditions asked for. */
export function applies(
  statement: Statement,
  { action, resource, context = {} }: Authorization,
): boolean {
  const actions = [statement.Action].flat();
  const resources = [statement.Resource ?? []].flat();
  return (
    actions.some((pattern) => matches(pattern.toLowerCase(), action.toLowerCase())) &&
    resources.some((pattern) => matches(pattern, resource)) &&
    conditionsHold(statement, context)
  );
}

/** Made once each: a cycle asks of every statement what it thinks of thousands of requests. */
const expressions = new Map<string, RegExp>();

/**
 * `*` is any number of characters, `?` one. In an ARN's resource part they match colons too;
 * `resource` may not be a pattern itself.
 */
function matches(pattern: string, text: string): boolean {
  const made = expressions.get(pattern);
  if (made !== undefined) return made.test(text);
  const source = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  const expression = new RegExp(`^${source}$`, "s");
  expressions.set(pattern, expression);
  return expression.test(text);
}

function conditionsHold(
  { Condition = {} }: Statement,
  context: NonNullable<Authorization["context"]>,
): boolean {
  const known = new Map(
    Object.entries(context).map(([key, value]) => [key.toLowerCase(), [value].flat()]),
  );
  return Object.entries(Condition).every(([operator, keys]) =>
    Object.entries(keys).every(([key, wanted]) =>
      holds(operator, known.get(key.toLowerCase()), [wanted].flat()),
    ),
  );
}

function holds(
  operator: string,
  actual: readonly string[] | undefined,
  wanted: readonly string[],
): boolean {
  if (operator.endsWith("IfExists")) {
    return actual === undefined || holds(operator.slice(0, -"IfExists".length), actual, wanted);
  }
  if (operator === "Null") return wanted.includes(String(actual === undefined));
  if (actual === undefined) return operator.includes("Not");
  const any = (test: (pattern: string, value: string) => boolean) =>
    actual.some((value) => wanted.some((pattern) => test(pattern, value)));
  switch (operator) {
    case "StringEquals":
      return any((pattern, value) => pattern === value);
    case "StringNotEquals":
      return !any((pattern, value) => pattern === value);
    case "StringLike":
      return any(matches);
    case "ArnEquals":
    case "ArnLike":
      return any(arnMatches);
    case "Bool":
      return any((pattern, value) => pattern.toLowerCase() === value.toLowerCase());
    default:
      throw new Error(`the evaluator doesn't know the operator ${operator}`);
  }
}

/** Part by part of six: a wildcard in one can't reach into the next. */
function arnMatches(pattern: string, arn: string): boolean {
  const split = (text: string) => {
    const parts = text.split(":");
    return [...parts.slice(0, 5), parts.slice(5).join(":")];
  };
  const [patterns, parts] = [split(pattern), split(arn)];
  return (
    patterns.length === parts.length &&
    patterns.every((part, index) => matches(part, parts[index] ?? ""))
  );
}
