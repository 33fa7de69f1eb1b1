import type { AwsContext } from "../sdk/context.ts";
import type { PolicyScope } from "../iam/scope.ts";
import { bucketStep } from "./bucket.ts";
import { dataPermissionStep } from "./data-permission.ts";
import { deadLetterQueueStep } from "./dead-letter-queue.ts";
import { instanceProfileStep } from "./instance-profile.ts";
import { notifierLogGroupStep } from "./log-group.ts";
import { roleNames } from "./names.ts";
import { notifierFunctionStep } from "./notifier-function.ts";
import { notifierRuleSteps } from "./notifier-rules.ts";
import { repositoryStep } from "./repository.ts";
import { roleStep } from "./role.ts";
import { securityGroupStep } from "./security-group.ts";
import { serviceLinkedRoleSteps } from "./service-linked-roles.ts";
import type { BaseStep } from "./step.ts";

/**
 * All that the base layer of an environment consists of, in the order in which it is made. What
 * esteira.yaml says is there already (roles, a bucket, a registry that isn't ECR) is not part of
 * it.
 */
export function baseSteps(scope: PolicyScope, context: AwsContext): readonly BaseStep[] {
  const { environment } = context;
  return [
    ...serviceLinkedRoleSteps(context),
    ...roleNames
      .filter((role) => environment.roles[role] === undefined)
      .map((role) => roleStep(role, scope, context)),
    ...(environment.roles["instance"] === undefined ? [instanceProfileStep(scope, context)] : []),
    securityGroupStep(scope, context),
    ...(scope.location.own ? [bucketStep(scope, context)] : []),
    ...(scope.repository === undefined ? [] : [repositoryStep(scope.repository, context)]),
    deadLetterQueueStep(scope, context),
    notifierLogGroupStep(scope, context),
    notifierFunctionStep(scope, context),
    ...notifierRuleSteps(scope, context),
    dataPermissionStep(scope, context),
  ];
}
