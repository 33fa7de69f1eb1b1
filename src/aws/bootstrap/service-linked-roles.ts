import { CreateServiceLinkedRoleCommand, ListRolesCommand } from "@aws-sdk/client-iam";

import { callAws } from "../sdk/call.ts";
import type { AwsContext } from "../sdk/context.ts";
import { isError, isConflict } from "../sdk/error-names.ts";
import { planned, unchanged, type BaseStep } from "./step.ts";

/**
 * Roles that AWS defines and that services take on by themselves; once an account, no matter who
 * needs them first.
 */
const serviceLinkedRoles = {
  ecs: { service: "ecs.amazonaws.com", name: "AWSServiceRoleForECS" },
  autoscaling: { service: "autoscaling.amazonaws.com", name: "AWSServiceRoleForAutoScaling" },
  spot: { service: "spot.amazonaws.com", name: "AWSServiceRoleForEC2Spot" },
} as const;

export function serviceLinkedRoleSteps(context: AwsContext): BaseStep[] {
  const { iam } = context.clients;
  return Object.entries(serviceLinkedRoles).map(([id, { service, name }]) => ({
    id: `service-linked-role-${id}`,
    kind: "service-linked-role",
    name,
    desired: { service },
    async plan(base) {
      const seen = await callAws(context.environment.name, `read the role ${name}`, async () => {
        const PathPrefix = `/aws-service-role/${service}/`;
        const { Roles = [] } = await iam.send(new ListRolesCommand({ PathPrefix }));
        return Roles.length > 0;
      });
      if (!seen.ok) return seen;
      if (seen.value) return unchanged();
      return planned(
        base,
        { action: "create", fields: [] },
        `create the role ${name}`,
        async () => {
          try {
            await iam.send(new CreateServiceLinkedRoleCommand({ AWSServiceName: service }));
          } catch (thrown) {
            // "Service role name … has been taken in this account": somebody was faster.
            const taken = isError(
              thrown,
              "InvalidInput: been taken",
              "InvalidInputException: been taken",
            );
            if (!taken && !isConflict(thrown)) throw thrown;
          }
          return undefined;
        },
      );
    },
  }));
}
