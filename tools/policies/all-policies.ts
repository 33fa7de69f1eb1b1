import { deadLettersPolicy } from "../../src/aws/bootstrap/dead-letter-queue.ts";
import { bucketPolicy } from "../../src/aws/bootstrap/bucket-state.ts";
import { roleNames } from "../../src/aws/bootstrap/names.ts";
import { deployPolicy, readPolicy, runPolicy } from "../../src/aws/iam/deploy-policies.ts";
import type { PolicyDocument } from "../../src/aws/iam/document.ts";
import { gitHubRoles } from "../../src/aws/iam/github-roles.ts";
import { planPolicy } from "../../src/aws/iam/plan-policy.ts";
import { projectTaskPolicy, rolePolicies } from "../../src/aws/iam/role-policies.ts";
import type { PolicyScope } from "../../src/aws/iam/scope.ts";
import { trustPolicies } from "../../src/aws/iam/trust.ts";

/** A policy of ours, and what it is attached to. */
export interface NamedPolicy {
  readonly name: string;
  /**
   * What IAM calls it: who may do something, who may take on a role, what may be done to one thing.
   */
  readonly kind: "identity" | "trust" | "resource";
  readonly document: PolicyDocument;
}

/** Every policy that Esteira attaches or prints, for one environment and its project `recsys`. */
export function allPolicies(scope: PolicyScope): NamedPolicy[] {
  const identity = (name: string, document: PolicyDocument | undefined): NamedPolicy[] =>
    document === undefined ? [] : [{ name, kind: "identity", document }];
  const trust = (name: string, document: PolicyDocument): NamedPolicy => ({
    name,
    kind: "trust",
    document,
  });
  return [
    ...roleNames.flatMap((role) => identity(role, rolePolicies[role](scope))),
    ...identity("task of recsys", projectTaskPolicy(scope, "recsys")),
    ...identity("plan", planPolicy(scope)),
    ...identity("deploy", deployPolicy(scope)),
    ...identity("read", readPolicy(scope)),
    ...identity("run", runPolicy(scope)),
    ...roleNames.map((role) => trust(role, trustPolicies[role](scope))),
    ...gitHubRoles(scope, { repository: "acme/ml", branches: ["dev"] }).map((role) =>
      trust(`github ${role.name}`, role.trust),
    ),
    { name: "bucket", kind: "resource", document: bucketPolicy(scope) },
    { name: "dead letters", kind: "resource", document: deadLettersPolicy(scope) },
  ];
}
