import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  GetPolicyCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  type IAMClient,
  ListAttachedRolePoliciesCommand,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  type Role,
  TagRoleCommand,
  UpdateAssumeRolePolicyCommand,
} from "@aws-sdk/client-iam";

import type { Json, JsonObject } from "../../core/json.ts";
import type { FieldChange } from "../../platform/plan.ts";
import { callAws } from "../sdk/call.ts";
import type { AwsContext } from "../sdk/context.ts";
import { isConflict, isNotFound } from "../sdk/error-names.ts";
import { normalized, parsePolicy, type PolicyDocument } from "../iam/document.ts";
import { managedPolicies, rolePolicies } from "../iam/role-policies.ts";
import type { PolicyScope } from "../iam/scope.ts";
import { trustPolicies } from "../iam/trust.ts";
import { fromUpperTags, tagChanges, upperTags, type Tags } from "../sdk/ownership.ts";
import { fieldChanges, tagFieldChanges } from "../resources/fields.ts";
import { roleSettles, untilConsistent } from "../sdk/retry.ts";
import type { RoleName } from "./names.ts";
import { baseTags, orAbsent, planned, refusal, refused, unchanged, type BaseStep } from "./step.ts";

/**
 * The inline policy that is ours; what else is attached to a role is its administrator's business.
 */
const policyName = "esteira";

const descriptions: Readonly<Record<RoleName, string>> = {
  step_functions: "Runs the pipelines of Esteira's projects",
  scheduler: "Starts the pipelines of Esteira's projects",
  task_execution: "Pulls images, writes logs and reads secrets for the steps of Esteira's projects",
  task: "What the steps of Esteira's projects may do",
  instance: "Instances that the steps of Esteira's projects run on",
  notifier: "Tells people about the runs of Esteira's projects",
};

interface RoleState {
  readonly trust: PolicyDocument | undefined;
  readonly policy: PolicyDocument | undefined;
  readonly managed: readonly string[];
  readonly boundary: string | undefined;
}

export function roleStep(role: RoleName, scope: PolicyScope, context: AwsContext): BaseStep {
  const name = scope.names.roles[role];
  const wanted: RoleState = {
    trust: trustPolicies[role](scope),
    policy: rolePolicies[role](scope),
    managed: managedPolicies(role, scope),
    boundary: context.environment.permissionsBoundary,
  };
  const tags = baseTags(context);
  const step: BaseStep = {
    id: `role-${role.replaceAll("_", "-")}`,
    kind: "role",
    name,
    desired: comparable(wanted),
    async plan(base) {
      const { iam } = context.clients;
      const seen = await callAws(context.environment.name, `read the role ${name}`, () =>
        observe(iam, name),
      );
      if (!seen.ok) return seen;
      const found = seen.value;
      if (found === undefined) {
        return planned(
          base,
          { action: "create", fields: [] },
          `create the role ${name}`,
          async (work) => {
            await create(iam, { name, role, wanted, tags });
            await untilConsistent(
              () => bring(iam, name, wanted, noState),
              [roleSettles],
              work.waiting,
            );
            return undefined;
          },
        );
      }
      const foreign = refusal(base, step, found.tags);
      if (foreign !== undefined) return refused(foreign);
      const fields = [...roleChanges(found.state, wanted), ...tagFieldChanges(tags, found.tags)];
      if (fields.length === 0) return unchanged();
      return planned(base, { action: "update", fields }, `update the role ${name}`, async () => {
        const { set } = tagChanges(tags, found.tags);
        if (Object.keys(set).length > 0) {
          await iam.send(new TagRoleCommand({ RoleName: name, Tags: upperTags(set) }));
        }
        await bring(iam, name, wanted, found.state);
        return undefined;
      });
    },
  };
  return step;
}

const noState: RoleState = {
  trust: undefined,
  policy: undefined,
  managed: [],
  boundary: undefined,
};

async function observe(
  iam: IAMClient,
  name: string,
): Promise<{ readonly state: RoleState; readonly tags: Tags } | undefined> {
  const role = await orAbsent(
    async (): Promise<Role | undefined> =>
      (await iam.send(new GetRoleCommand({ RoleName: name }))).Role,
    isNotFound,
  );
  if (role === undefined) return undefined;
  const inline = await orAbsent(
    () => iam.send(new GetRolePolicyCommand({ RoleName: name, PolicyName: policyName })),
    isNotFound,
  );
  const attached = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName: name }));
  return {
    state: {
      trust: parsePolicy(role.AssumeRolePolicyDocument),
      policy: parsePolicy(inline?.PolicyDocument),
      managed: (attached.AttachedPolicies ?? []).map(({ PolicyArn = "" }) => PolicyArn),
      boundary: role.PermissionsBoundary?.PermissionsBoundaryArn,
    },
    tags: fromUpperTags(role.Tags),
  };
}

/**
 * By meaning; policies that others attached, and a boundary that isn't asked for, are not a
 * difference.
 */
export function roleChanges(observed: RoleState, wanted: RoleState): FieldChange[] {
  return fieldChanges(
    comparable({
      ...observed,
      managed: observed.managed.filter((arn) => wanted.managed.includes(arn)),
      boundary: wanted.boundary === undefined ? undefined : observed.boundary,
    }),
    comparable(wanted),
  );
}

function comparable({ trust, policy, managed, boundary }: RoleState): JsonObject {
  return {
    ...(trust === undefined ? {} : { trust: normalized(trust) as unknown as Json }),
    ...(policy === undefined ? {} : { policy: bySid(policy) }),
    ...(managed.length === 0 ? {} : { managed_policies: managed.toSorted() }),
    ...(boundary === undefined ? {} : { permissions_boundary: boundary }),
  };
}

/** Statements under their names, so that a plan shows which one changed. */
function bySid(document: PolicyDocument): JsonObject {
  return Object.fromEntries(
    normalized(document).map((statement, index) => {
      const { Sid = String(index), ...rest } = statement as { readonly Sid?: string };
      return [Sid, rest];
    }),
  );
}

async function create(
  iam: IAMClient,
  { name, role, wanted, tags }: { name: string; role: RoleName; wanted: RoleState; tags: Tags },
): Promise<void> {
  try {
    await iam.send(
      new CreateRoleCommand({
        RoleName: name,
        Description: descriptions[role],
        AssumeRolePolicyDocument: JSON.stringify(wanted.trust),
        Tags: upperTags(tags),
        ...(wanted.boundary === undefined ? {} : { PermissionsBoundary: wanted.boundary }),
      }),
    );
  } catch (thrown) {
    // An earlier request of ours whose answer got lost; a moment ago nobody had the name.
    if (!isConflict(thrown)) throw thrown;
  }
}

async function bring(
  iam: IAMClient,
  name: string,
  wanted: RoleState,
  observed: RoleState,
): Promise<void> {
  const differs = (part: keyof RoleState) =>
    roleChanges({ ...wanted, [part]: observed[part] }, wanted).length > 0;
  // A new role has its trust and its boundary from its creation.
  if (observed !== noState && differs("trust")) {
    await iam.send(
      new UpdateAssumeRolePolicyCommand({
        RoleName: name,
        PolicyDocument: JSON.stringify(wanted.trust),
      }),
    );
  }
  if (observed !== noState && wanted.boundary !== undefined && differs("boundary")) {
    await iam.send(
      new PutRolePermissionsBoundaryCommand({
        RoleName: name,
        PermissionsBoundary: wanted.boundary,
      }),
    );
  }
  if (wanted.policy !== undefined && differs("policy")) {
    await iam.send(
      new PutRolePolicyCommand({
        RoleName: name,
        PolicyName: policyName,
        PolicyDocument: JSON.stringify(wanted.policy),
      }),
    );
  }
  for (const arn of wanted.managed) {
    if (observed.managed.includes(arn)) continue;
    await attach(iam, name, arn);
  }
}

/**
 * A policy that isn't there is refused as a role is that IAM doesn't see yet, and would be waited
 * for in vain.
 */
async function attach(iam: IAMClient, name: string, arn: string): Promise<void> {
  try {
    await iam.send(new AttachRolePolicyCommand({ RoleName: name, PolicyArn: arn }));
  } catch (thrown) {
    if (!isNotFound(thrown) || (await isThere(iam, arn))) throw thrown;
    throw new Error(`there is no managed policy ${arn}, which the role needs`, { cause: thrown });
  }
}

/** @returns true as well where nobody may ask */
async function isThere(iam: IAMClient, arn: string): Promise<boolean> {
  try {
    await iam.send(new GetPolicyCommand({ PolicyArn: arn }));
    return true;
  } catch (thrown) {
    return !isNotFound(thrown);
  }
}
