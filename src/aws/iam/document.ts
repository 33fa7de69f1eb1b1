import { canonicalJson } from "../../core/json.ts";

/**
 * A policy as IAM takes it:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
export interface PolicyDocument {
  readonly Version: "2012-10-17";
  readonly Statement: readonly Statement[];
}

export interface Statement {
  readonly Sid?: string;
  readonly Effect: "Allow" | "Deny";
  /** In trust policies and bucket policies only. */
  readonly Principal?: "*" | Readonly<Record<string, string | readonly string[]>>;
  readonly Action: string | readonly string[];
  /** Absent in trust policies. */
  readonly Resource?: string | readonly string[];
  readonly Condition?: Condition;
}

/** Operator, then key, then the values of which one has to match. */
export type Condition = Readonly<
  Record<string, Readonly<Record<string, string | readonly string[]>>>
>;

export function policy(...statements: readonly Statement[]): PolicyDocument {
  return { Version: "2012-10-17", Statement: statements };
}

export function allow(
  sid: string,
  actions: string | readonly string[],
  resources: string | readonly string[],
  condition?: Condition,
): Statement {
  return {
    Sid: sid,
    Effect: "Allow",
    Action: actions,
    Resource: resources,
    ...(condition === undefined ? {} : { Condition: condition }),
  };
}

/** Lets a role be handed to the one service that takes it on. */
export function passRole(
  sid: string,
  roles: string | readonly string[],
  service: string,
): Statement {
  return allow(sid, "iam:PassRole", roles, { StringEquals: { "iam:PassedToService": service } });
}

/**
 * One statement for each `Sid`, in the order of `sids` and then of the statements: with the actions
 * of all by their names, and the resources of all as they come.
 */
export function mergeStatements(
  statements: readonly Statement[],
  sids: readonly string[] = [],
): Statement[] {
  const bySid = Map.groupBy(statements, ({ Sid = "" }) => Sid);
  const order = [...new Set([...sids, ...bySid.keys()])];
  return order.flatMap((sid) => {
    const [first, ...others] = bySid.get(sid) ?? [];
    if (first === undefined) return [];
    if (others.length === 0) return [first];
    const same = [first, ...others];
    if (
      others.some(({ Condition }) => canonicalJson(Condition) !== canonicalJson(first.Condition))
    ) {
      throw new Error(`statements of the Sid ${sid} differ in their conditions`);
    }
    const actions = new Set(same.flatMap(({ Action }) => Action));
    const resources = new Set(same.flatMap(({ Resource = [] }) => Resource));
    const [action = "", ...moreActions] = [...actions].toSorted();
    const [resource = "*", ...moreResources] = resources;
    return [
      {
        ...first,
        Action: moreActions.length === 0 ? action : [action, ...moreActions],
        Resource: moreResources.length === 0 ? resource : [resource, ...moreResources],
      },
    ];
  });
}

/**
 * Characters as IAM counts them, without white space. A managed policy has at most 6,144, all
 * inline policies of a role together 10,240, a trust policy 2,048:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
export function policySize(document: PolicyDocument): number {
  return JSON.stringify(document).replaceAll(/\s/g, "").length;
}

export const managedPolicyLimit = 6144;
export const inlinePolicyLimit = 10_240;
export const trustPolicyLimit = 2048;

/**
 * As few documents as the limit allows, statements in their order; to be attached to one role all
 * together.
 */
export function splitPolicy(
  document: PolicyDocument,
  limit = managedPolicyLimit,
): PolicyDocument[] {
  const documents: Statement[][] = [[]];
  for (const statement of document.Statement) {
    const last = documents.at(-1) ?? [];
    if (last.length > 0 && policySize(policy(...last, statement)) > limit)
      documents.push([statement]);
    else last.push(statement);
  }
  return documents.map((statements) => policy(...statements));
}

/**
 * True when two documents say the same: the order of statements and of lists, and one value or a
 * list of one, mean nothing.
 */
export function samePolicy(a: PolicyDocument, b: PolicyDocument): boolean {
  return canonicalJson(normalized(a)) === canonicalJson(normalized(b));
}

/**
 * The document in the one spelling that all documents of its meaning share; for comparing and
 * showing.
 */
export function normalized(document: PolicyDocument): readonly object[] {
  return [document.Statement]
    .flat()
    .map((statement) => ({
      ...(statement.Sid === undefined || statement.Sid === "" ? {} : { Sid: statement.Sid }),
      Effect: statement.Effect,
      ...(statement.Principal === undefined ? {} : { Principal: principal(statement.Principal) }),
      // Actions have no case.
      Action: list(statement.Action).map((action) => action.toLowerCase()),
      ...(statement.Resource === undefined ? {} : { Resource: list(statement.Resource) }),
      ...(statement.Condition === undefined ? {} : { Condition: condition(statement.Condition) }),
    }))
    .toSorted((x, y) => (canonicalJson(x) < canonicalJson(y) ? -1 : 1));
}

function list(values: string | readonly string[]): string[] {
  return [...new Set([values].flat())].toSorted();
}

function principal(value: NonNullable<Statement["Principal"]>): object {
  if (value === "*") return { AWS: ["*"] };
  return Object.fromEntries(Object.entries(value).map(([type, names]) => [type, list(names)]));
}

function condition(value: Condition): object {
  return Object.fromEntries(
    Object.entries(value).map(([operator, keys]) => [
      operator,
      // Keys have no case either.
      Object.fromEntries(
        Object.entries(keys).map(([key, values]) => [key.toLowerCase(), list(values)]),
      ),
    ]),
  );
}

/** Reads a document as IAM gives it: percent-encoded. Undefined when it isn't one. */
export function parsePolicy(text: string | undefined): PolicyDocument | undefined {
  if (text === undefined) return undefined;
  try {
    const decoded = text.trimStart().startsWith("{") ? text : decodeURIComponent(text);
    const value = JSON.parse(decoded) as PolicyDocument;
    return typeof value === "object" && value !== null && "Statement" in value ? value : undefined;
  } catch {
    return undefined;
  }
}
