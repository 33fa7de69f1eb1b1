import {
  AddRoleToInstanceProfileCommand,
  CreateInstanceProfileCommand,
  GetInstanceProfileCommand,
  RemoveRoleFromInstanceProfileCommand,
  TagInstanceProfileCommand,
} from "@aws-sdk/client-iam";

import { callAws } from "../sdk/call.ts";
import type { AwsContext } from "../sdk/context.ts";
import { isConflict, isNotFound } from "../sdk/error-names.ts";
import type { PolicyScope } from "../iam/scope.ts";
import { fromUpperTags, tagChanges, upperTags } from "../sdk/ownership.ts";
import { fieldChanges, tagFieldChanges } from "../resources/fields.ts";
import { roleSettles, untilConsistent } from "../sdk/retry.ts";
import { baseTags, orAbsent, planned, refusal, refused, unchanged, type BaseStep } from "./step.ts";

/** What gives the instances their role; it holds one role. */
export function instanceProfileStep(scope: PolicyScope, context: AwsContext): BaseStep {
  const { iam } = context.clients;
  const name = scope.names.instanceProfile;
  const role = scope.names.roles.instance;
  const tags = baseTags(context);
  const profile = { InstanceProfileName: name };
  const addRole = () =>
    iam.send(new AddRoleToInstanceProfileCommand({ ...profile, RoleName: role }));

  const step: BaseStep = {
    id: "instance-profile",
    kind: "instance-profile",
    name,
    desired: { role },
    async plan(base) {
      const seen = await callAws(
        context.environment.name,
        `read the instance profile ${name}`,
        () => orAbsent(() => iam.send(new GetInstanceProfileCommand(profile)), isNotFound),
      );
      if (!seen.ok) return seen;
      const found = seen.value?.InstanceProfile;
      if (found === undefined) {
        return planned(
          base,
          { action: "create", fields: [] },
          `create the instance profile ${name}`,
          async (work) => {
            try {
              await iam.send(
                new CreateInstanceProfileCommand({ ...profile, Tags: upperTags(tags) }),
              );
            } catch (thrown) {
              if (!isConflict(thrown)) throw thrown;
            }
            await untilConsistent(addRole, [roleSettles], work.waiting);
            return undefined;
          },
        );
      }
      const observedTags = fromUpperTags(found.Tags);
      const foreign = refusal(base, step, observedTags);
      if (foreign !== undefined) return refused(foreign);
      const before = found.Roles?.[0]?.RoleName;
      const fields = [
        ...fieldChanges(before, role, "role"),
        ...tagFieldChanges(tags, observedTags),
      ];
      if (fields.length === 0) return unchanged();
      return planned(
        base,
        { action: "update", fields },
        `update the instance profile ${name}`,
        async () => {
          const { set } = tagChanges(tags, observedTags);
          if (Object.keys(set).length > 0) {
            await iam.send(new TagInstanceProfileCommand({ ...profile, Tags: upperTags(set) }));
          }
          if (before === role) return undefined;
          if (before !== undefined) {
            await iam.send(
              new RemoveRoleFromInstanceProfileCommand({ ...profile, RoleName: before }),
            );
          }
          await addRole();
          return undefined;
        },
      );
    },
  };
  return step;
}
