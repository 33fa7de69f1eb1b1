import { callAws } from "../sdk/call.ts";
import type { AwsContext } from "../sdk/context.ts";
import type { PolicyScope } from "../iam/scope.ts";
import { fieldChanges } from "../resources/fields.ts";
import { allowCall, permissionOf } from "./call-permission.ts";
import { planned, unchanged, type BaseStep } from "./step.ts";

/**
 * Lets the rules that deploys make for buckets call the notifier's function: deploys change
 * nothing of the function. The pattern is compared as `StringLike` does:
 * https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html
 */
export function dataPermissionStep(scope: PolicyScope, context: AwsContext): BaseStep {
  const { lambda } = context.clients;
  const id = "notifier-data-permission";
  const functionName = scope.names.notifier;
  const wanted = { permission: scope.arn("events", `rule/${scope.names.dataRules}*`) };
  return {
    id,
    kind: "permission",
    name: `${functionName} for ${scope.names.dataRules}*`,
    desired: wanted,
    async plan(base) {
      const seen = await callAws(
        context.environment.name,
        `read who may call ${functionName}`,
        async () => ({ permission: await permissionOf(lambda, functionName, id) }),
      );
      if (!seen.ok) return seen;
      const fields = fieldChanges(seen.value, wanted);
      if (fields.length === 0) return unchanged();
      const there = seen.value.permission;
      const action = there === "" ? "create" : "update";
      return planned(
        base,
        { action, fields: action === "create" ? [] : fields },
        `let rules call ${functionName}`,
        async () => {
          const now = there === "" ? undefined : there;
          await allowCall(lambda, functionName, id, wanted.permission, now);
          return undefined;
        },
      );
    },
  };
}
