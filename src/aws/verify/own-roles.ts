import {
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRolePolicyCommand,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
} from "@aws-sdk/client-iam";

import { mapConcurrently } from "../../core/concurrency.ts";
import { OUTPUTS_VARIABLE } from "../../core/step-helper.ts";
import { starMatcher } from "../../core/wildcard.ts";
import type { Check } from "../../platform/check.ts";
import type { Release } from "../../release/release.ts";
import { parsePolicy, type PolicyDocument, type Statement } from "../iam/document.ts";
import { projectTaskPolicy } from "../iam/role-policies.ts";
import { policyScope } from "../iam/scope.ts";
import { callAws } from "../sdk/call.ts";
import type { AwsContext } from "../sdk/context.ts";

const subject = "task role";

/**
 * That a project's own role may keep what its steps leave, where they have outputs. Conditions,
 * boundaries and policies of the organisation aren't weighed: what is found missing here is
 * missing.
 */
export async function checkOwnRoles(
  context: AwsContext,
  releases: readonly Release[],
): Promise<Check[]> {
  const found = await mapConcurrently(releases, 4, async (release): Promise<Check[]> => {
    const { taskRoleArn, environment: variables } = release.task;
    if (taskRoleArn === undefined || !Object.hasOwn(variables, OUTPUTS_VARIABLE)) return [];
    const { project, environment } = release;
    const name = taskRoleArn.split("/").at(-1) ?? taskRoleArn;
    const help = `attach to it what \`esteira iam task-policy -e ${environment} --project ${project}\` prints`;
    const policies = await policiesOf(context, name);
    if (policies === undefined) {
      const message = `the steps of ${project} keep their outputs as ${name}, whose policies can't be read with these credentials`;
      return [{ project, subject, outcome: "warning", message, help }];
    }
    const { workspace, partition } = context;
    const scope = policyScope({ workspace, partition, environment: context.environment });
    const lacking = lackingIn(policies, projectTaskPolicy(scope, project));
    if (lacking.length === 0) {
      return [{ project, subject, outcome: "passed", message: `${name} may keep outputs` }];
    }
    const message = `${name} may not keep the outputs of ${project}: it lacks ${lacking.join(", ")}`;
    return [{ project, subject, outcome: "failed", message, help }];
  });
  return found.flat();
}

/** All policies of a role; undefined when they aren't for these credentials to read. */
async function policiesOf(
  { clients: { iam }, environment }: AwsContext,
  RoleName: string,
): Promise<readonly PolicyDocument[] | undefined> {
  const read = await callAws(environment.name, `read the policies of ${RoleName}`, async () => {
    const [inline, attached] = await Promise.all([
      iam.send(new ListRolePoliciesCommand({ RoleName })),
      iam.send(new ListAttachedRolePoliciesCommand({ RoleName })),
    ]);
    const own = await mapConcurrently(inline.PolicyNames ?? [], 4, async (PolicyName) => {
      const policy = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
      return policy.PolicyDocument;
    });
    const shared = await mapConcurrently(attached.AttachedPolicies ?? [], 4, async (one) => {
      const PolicyArn = one.PolicyArn ?? "";
      const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn }));
      const VersionId = Policy?.DefaultVersionId ?? "v1";
      const version = await iam.send(new GetPolicyVersionCommand({ PolicyArn, VersionId }));
      return version.PolicyVersion?.Document;
    });
    return [...own, ...shared].flatMap((text) => parsePolicy(text) ?? []);
  });
  return read.ok ? read.value : undefined;
}

/** The actions that one document allows and others don't, at the same places. */
function lackingIn(policies: readonly PolicyDocument[], wanted: PolicyDocument): string[] {
  const given = policies.flatMap(({ Statement: statements }) => [statements].flat());
  const asked = wanted.Statement.filter(({ Effect }) => Effect === "Allow");
  return asked.flatMap(({ Action, Resource = [] }) =>
    [Action].flat().filter((action) => {
      const places = [Resource].flat();
      return !places.every((place) => {
        const of = given.filter((statement) => isAbout(statement, action, place));
        return (
          of.some(({ Effect }) => Effect === "Allow") && !of.some(({ Effect }) => Effect === "Deny")
        );
      });
    }),
  );
}

function isAbout({ Action, Resource = [] }: Statement, action: string, place: string): boolean {
  // `NotAction` and `NotResource` have neither, and are about nothing here.
  const actions = [Action ?? []].flat();
  return (
    actions.some((one) => starMatcher(one.toLowerCase())(action.toLowerCase())) &&
    [Resource].flat().some((one) => starMatcher(one)(place))
  );
}
