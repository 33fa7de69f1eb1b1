import { allow, policy, type PolicyDocument, type Statement } from "./document.ts";
import { logGroups, ofClusters, planStatements } from "./plan-policy.ts";
import { object, passTaskRoles } from "./role-policies.ts";
import type { PolicyScope } from "./scope.ts";

/**
 * What `deploy`, `rollback`, `destroy` and `gc` need, and nothing of what bootstrap needs. Larger
 * than one managed policy may be: attach what `splitPolicy` makes of it. Which actions can be
 * limited to what resources is AWS's own list:
 * https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
export function deployPolicy(scope: PolicyScope): PolicyDocument {
  const { project } = scope;
  const stateMachines = scope.arn("states", `stateMachine:${project.stateMachines}`);
  return policy(
    ...planStatements(scope),
    ...pushImages(scope),
    allow(
      "EcsWrite",
      [
        "ecs:CreateCluster",
        "ecs:DeleteCluster",
        "ecs:PutClusterCapacityProviders",
        "ecs:CreateCapacityProvider",
        "ecs:UpdateCapacityProvider",
        "ecs:DeleteCapacityProvider",
        "ecs:DeregisterContainerInstance",
        "ecs:TagResource",
        "ecs:UntagResource",
      ],
      [
        scope.arn("ecs", `cluster/${project.clusters}`),
        scope.arn("ecs", `capacity-provider/${project.capacityProviders}`),
        scope.arn("ecs", `container-instance/${project.clusters}/*`),
        scope.arn("ecs", `task-definition/${project.families}:*`),
      ],
    ),
    allow("EcsStopTasks", "ecs:StopTask", "*", ofClusters(scope)),
    allow(
      "EcsTaskDefinitions",
      ["ecs:RegisterTaskDefinition", "ecs:DeregisterTaskDefinition", "ecs:DeleteTaskDefinitions"],
      "*",
    ),
    allow(
      "AutoScalingWrite",
      [
        "autoscaling:CreateAutoScalingGroup",
        "autoscaling:UpdateAutoScalingGroup",
        "autoscaling:DeleteAutoScalingGroup",
        "autoscaling:CreateOrUpdateTags",
        "autoscaling:DeleteTags",
      ],
      scope.arn(
        "autoscaling",
        `autoScalingGroup:*:autoScalingGroupName/${project.autoScalingGroups}`,
      ),
    ),
    allow(
      "Ec2Write",
      [
        "ec2:CreateLaunchTemplate",
        "ec2:CreateLaunchTemplateVersion",
        "ec2:DeleteLaunchTemplate",
        "ec2:DeleteLaunchTemplateVersions",
        "ec2:CreateTags",
        "ec2:DeleteTags",
        // Auto Scaling asks whether the caller could start what the template says.
        "ec2:RunInstances",
      ],
      "*",
      { StringEquals: { "aws:RequestedRegion": scope.region } },
    ),
    allow(
      "StatesWrite",
      [
        "states:CreateStateMachine",
        "states:UpdateStateMachine",
        "states:DeleteStateMachine",
        "states:TagResource",
        "states:UntagResource",
      ],
      stateMachines,
    ),
    allow(
      "StatesStop",
      "states:StopExecution",
      scope.arn("states", `execution:${project.stateMachines}:*`),
    ),
    allow(
      "SchedulerWrite",
      ["scheduler:CreateSchedule", "scheduler:UpdateSchedule", "scheduler:DeleteSchedule"],
      scope.arn("scheduler", `schedule/default/${project.schedules}`),
    ),
    allow(
      "LogsWrite",
      [
        "logs:CreateLogGroup",
        "logs:DeleteLogGroup",
        "logs:PutRetentionPolicy",
        "logs:TagResource",
        "logs:UntagResource",
      ],
      logGroups(scope),
    ),
    ...passRoles(scope),
    allow(
      "DocumentsWrite",
      ["s3:PutObject", "s3:DeleteObject"],
      object(scope, `${scope.location.documents}*`),
    ),
  );
}

/**
 * What starting, following, stopping, resuming and watching runs needs, and enabling and disabling
 * schedules by hand.
 */
export function runPolicy(scope: PolicyScope): PolicyDocument {
  const { project } = scope;
  const executions = scope.arn("states", `execution:${project.stateMachines}:*`);
  return policy(
    ...planStatements(scope),
    allow(
      "StartRuns",
      "states:StartExecution",
      scope.arn("states", `stateMachine:${project.stateMachines}`),
    ),
    allow("EndAndResumeRuns", ["states:StopExecution", "states:RedriveExecution"], executions),
    allow("FollowRuns", "states:GetExecutionHistory", executions),
    allow("FollowTasks", ["ecs:StopTask"], "*", ofClusters(scope)),
    allow("ReadLogLines", ["logs:GetLogEvents", "logs:FilterLogEvents"], logGroups(scope)),
    allow(
      "LookIntoDeadLetters",
      ["sqs:ReceiveMessage", "sqs:ChangeMessageVisibility"],
      scope.arn("sqs", scope.names.deadLetterQueue),
    ),
    allow(
      "TellPeople",
      "lambda:InvokeFunction",
      scope.arn("lambda", `function:${scope.names.notifier}`),
    ),
    allow(
      "SwitchSchedules",
      "scheduler:UpdateSchedule",
      scope.arn("scheduler", `schedule/default/${project.schedules}`),
    ),
    allow("PassSchedulerRole", "iam:PassRole", scope.roles.scheduler, {
      StringEquals: { "iam:PassedToService": "scheduler.amazonaws.com" },
    }),
    allow(
      "NoteRuns",
      ["s3:PutObject", "s3:DeleteObject"],
      ["audit", "holds", "ledger"].map((folder) =>
        object(scope, `${scope.location.documents}${folder}/*`),
      ),
    ),
    allow("ReadArtifacts", "s3:GetObject", object(scope, `${scope.location.artifacts}*`)),
  );
}

function pushImages(scope: PolicyScope): Statement[] {
  if (scope.repository === undefined) return [];
  return [
    allow(
      "EcrWrite",
      [
        "ecr:InitiateLayerUpload",
        "ecr:UploadLayerPart",
        "ecr:CompleteLayerUpload",
        "ecr:PutImage",
        "ecr:BatchDeleteImage",
      ],
      scope.arn("ecr", `repository/${scope.repository}`),
    ),
  ];
}

/** Each role to the one service that takes it on. */
function passRoles(scope: PolicyScope): Statement[] {
  const pass = (sid: string, role: string, service: string) =>
    allow(sid, "iam:PassRole", role, { StringEquals: { "iam:PassedToService": service } });
  return [
    pass("PassStepFunctionsRole", scope.roles.step_functions, "states.amazonaws.com"),
    pass("PassSchedulerRole", scope.roles.scheduler, "scheduler.amazonaws.com"),
    pass("PassInstanceRole", scope.roles.instance, "ec2.amazonaws.com"),
    passTaskRoles(scope),
  ];
}
