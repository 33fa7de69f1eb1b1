import { describe, expect, test } from "vitest";

import type { Statement } from "../../src/aws/iam/document.ts";
import { policyScope } from "../../src/aws/iam/scope.ts";
import { allPolicies } from "../../tools/policies/all-policies.ts";
import { awsEnvironment } from "./rig/context.ts";
import { type ActionFacts, serviceAuthorization } from "./service-authorization/reference.ts";

const { services, date } = serviceAuthorization();
const scope = policyScope({
  workspace: "acme",
  partition: "aws",
  environment: awsEnvironment({ keepArtifactsDays: 90 }),
  usesCache: true,
  dataBuckets: ["acme-in"],
  taskRoles: ["arn:aws:iam::123456789012:role/churn-data"],
  promotesFrom: awsEnvironment({ accountId: "210987654321" }),
});

/** Known in every request, whatever the service. */
const everywhere = [
  "aws:SourceAccount",
  "aws:SourceArn",
  "aws:SecureTransport",
  "aws:RequestedRegion",
];
/** Of tokens of GitHub's. */
const provider = "token.actions.githubusercontent.com";
/**
 * Actions that AWS would let us limit to resources and that we allow on everything: limited by the
 * condition that their resource is reached by, or reading what is no secret.
 */
const onEverything = new Map([
  ["ecs:StopTask", "by ecs:cluster: tasks have no names"],
  ["ecs:DescribeTasks", "by ecs:cluster: tasks have no names"],
  ["ecs:ListTasks", "by ecs:cluster: it is asked of instances, which have no names"],
  ["ecs:DescribeCapacityProviders", "reads what is no secret, for the list of all"],
  ["ecs:ListTaskDefinitions", "reads what is no secret"],
  ["servicequotas:GetServiceQuota", "reads AWS's own numbers"],
  ["states:ListStateMachines", "reads names"],
  ["states:ValidateStateMachineDefinition", "reads nothing: it is given what it looks at"],
]);

const cases = allPolicies(scope).flatMap(({ name, kind, document }) =>
  document.Statement.map((statement, index) => ({
    title: `${kind} ${name}: ${statement.Sid ?? index}`,
    kind,
    statement,
  })),
);

describe(`the service authorization reference as of ${date}`, () => {
  test.each(cases)("knows all of $title", ({ kind, statement }) => {
    expect(problemsOf(statement, kind === "trust")).toEqual([]);
  });

  test("isn't known to be broken by nobody: it finds what is wrong", () => {
    const wrong = (changes: Partial<Statement>) =>
      problemsOf(
        { Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::b/k", ...changes },
        false,
      );
    expect(wrong({})).toEqual([]);
    expect(wrong({ Action: "s3:GetObjekt" })).toEqual(["there is no s3:GetObjekt"]);
    expect(wrong({ Action: "s4:GetObject" })).toEqual(["there is no s4:GetObject"]);
    expect(wrong({ Action: "s3:Fetch*" })).toEqual(["there is no s3:Fetch*"]);
    expect(wrong({ Resource: "arn:aws:s3:::b" })).toEqual([
      "s3:GetObject can't be limited to arn:aws:s3:::b",
      "arn:aws:s3:::b is of no type that s3:GetObject is done to",
    ]);
    expect(wrong({ Resource: "*" })).toEqual(["s3:GetObject could be limited to resources"]);
    expect(wrong({ Action: "ecs:DeregisterTaskDefinition" })).toEqual([
      "ecs:DeregisterTaskDefinition can't be limited to arn:aws:s3:::b/k",
      "arn:aws:s3:::b/k is of no type that ecs:DeregisterTaskDefinition is done to",
    ]);
    expect(wrong({ Condition: { StringEquals: { "ecs:cluster": "x" } } })).toEqual([
      "s3:GetObject has no condition key ecs:cluster",
    ]);
  });

  test("names no action as an exception that isn't one", () => {
    const everything = cases.filter(({ statement }) =>
      [statement.Resource ?? []].flat().includes("*"),
    );
    const used = new Set(everything.flatMap(({ statement }) => statement.Action));
    expect([...onEverything.keys()].filter((action) => !used.has(action))).toEqual([]);
  });
});

/** What AWS would refuse of the statement, or never apply. */
function problemsOf(statement: Statement, isTrust: boolean): string[] {
  const actions = [statement.Action].flat();
  const resources = [statement.Resource ?? []].flat();
  const unknown = actions.filter((action) => !exists(action));
  if (unknown.length > 0) return unknown.map((action) => `there is no ${action}`);
  const exact = actions.filter((action) => !action.includes("*"));
  const problems: string[] = [];
  for (const action of exact) {
    const facts = factsOf(action);
    if (!isTrust) problems.push(...aboutResources(action, facts, resources, statement.Effect));
    for (const key of Object.values(statement.Condition ?? {}).flatMap((keys) => Object.keys(keys)))
      if (!hasKey(action, facts, key)) problems.push(`${action} has no condition key ${key}`);
  }
  for (const resource of resources) {
    if (resource === "*" || exact.length < actions.length) continue;
    if (!exact.some((action) => typesOf(action, resource).length > 0))
      problems.push(`${resource} is of no type that ${exact.join(", ")} is done to`);
  }
  return problems;
}

function exists(action: string): boolean {
  const [service = "", name = ""] = action.toLowerCase().split(":");
  const names = (services[service]?.names ?? []).map((known) => known.toLowerCase());
  return name.endsWith("*")
    ? names.some((known) => known.startsWith(name.slice(0, -1)))
    : names.includes(name);
}

function factsOf(action: string): ActionFacts {
  const [service = "", name = ""] = action.split(":");
  const facts = services[service]?.actions[name];
  if (facts === undefined)
    throw new Error(`${action} isn't in the file yet: npm run service-authorization`);
  return facts;
}

function aboutResources(
  action: string,
  facts: ActionFacts,
  resources: readonly string[],
  effect: Statement["Effect"],
): string[] {
  const limitable = Object.keys(facts.resources).length > 0;
  if (resources.includes("*")) {
    if (!limitable || effect === "Deny" || onEverything.has(action)) return [];
    return [`${action} could be limited to resources`];
  }
  // Allowed for nothing, it would be refused for good.
  return resources.some((resource) => typesOf(action, resource).length > 0)
    ? []
    : [`${action} can't be limited to ${resources.join(", ")}`];
}

/** The types of resources of the action that a pattern may mean. */
function typesOf(action: string, pattern: string): string[] {
  const [service = ""] = action.split(":");
  return Object.keys(factsOf(action).resources).filter((type) => {
    const format = services[service]?.resources[type]?.arn;
    return format !== undefined && formatMatches(format, pattern);
  });
}

/** Whether an ARN of the format could match the pattern: `${…}` is anything but nothing. */
function formatMatches(format: string, pattern: string): boolean {
  const source = format
    .split(/\$\{[^}]+\}/)
    .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`))
    .join(".*?");
  // What a pattern leaves open is filled in with what a name may be, or a log's stream.
  const meant = [pattern, pattern.replace(/:\*$/, ":log-stream:*")];
  return meant.some((one) => new RegExp(`^${source}$`).test(one.replaceAll("*", "x")));
}

function hasKey(action: string, facts: ActionFacts, key: string): boolean {
  const [service = ""] = action.split(":");
  const types = Object.keys(facts.resources);
  const keys = [
    ...everywhere,
    ...facts.conditions,
    ...Object.values(facts.resources).flat(),
    ...types.flatMap((type) => services[service]?.resources[type]?.conditions ?? []),
    ...(action === "sts:AssumeRoleWithWebIdentity" ? [`${provider}:aud`, `${provider}:sub`] : []),
  ];
  return keys.some((known) => {
    const [stem = "", variable] = known.split("${");
    return variable === undefined ? known === key : key.startsWith(stem) && key !== stem;
  });
}
