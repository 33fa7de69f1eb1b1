import { indexSecrets } from "../../config/shared-secrets.ts";
import { readItems } from "./item-rights.ts";
import type { Stage } from "../deploy/stage.ts";
import { stages } from "../deploy/stages.ts";
import {
  allow,
  mergeStatements,
  passRole,
  policy,
  type PolicyDocument,
  type Statement,
} from "./document.ts";
import { planStatements } from "./plan-policy.ts";
import {
  addToAudit,
  auditOnlyGrows,
  documents,
  listBucket,
  object,
  removeArtifacts,
} from "./bucket-rights.ts";
import { logGroupArns, ofClusters, type PolicyScope } from "./scope.ts";

/** The first writing statements in this order; what a new kind of resource adds comes after. */
const order = [
  "EcrWrite",
  "EcsWrite",
  "EcsStopTasks",
  "EcsRegister",
  "EcsTagRevisions",
  "EcsRevisions",
  "EcsDeregister",
  "AutoScalingWrite",
  "Ec2CreateTemplates",
  "Ec2TagWhatIsCreated",
  "Ec2Templates",
  "Ec2UseTemplates",
  "Ec2LaunchByTemplate",
  "StatesWrite",
  "StatesStop",
  "SchedulerWrite",
  "LogsWrite",
  "PassStepFunctionsRole",
  "PassSchedulerRole",
  "PassInstanceRole",
  "PassTaskRoles",
];

/**
 * What `deploy`, `rollback`, `destroy` and `gc` need, and nothing of what bootstrap needs. Larger
 * than one managed policy may be: attach what `splitPolicy` makes of it. Which actions can be
 * limited to what resources is AWS's own list:
 * https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
export function deployPolicy(
  scope: PolicyScope,
  resources: readonly Pick<Stage, "rights">[] = stages,
): PolicyDocument {
  const writing = [
    ...resources.flatMap(({ rights }) => rights.write(scope)),
    ...pushImages(scope),
    // What opens package indexes while images are built, and no other secret.
    allow(
      "IndexesRead",
      "ssm:GetParameter",
      scope.arn("ssm", `parameter/esteira/${scope.environment}/${indexSecrets}/*`),
    ),
    // For buckets whose objects start projects.
    allow(
      "RulesWrite",
      [
        "events:PutRule",
        "events:PutTargets",
        "events:RemoveTargets",
        "events:DeleteRule",
        "events:TagResource",
      ],
      scope.arn("events", `rule/${scope.names.dataRules}*`),
    ),
    allow(
      "DocumentsWrite",
      ["s3:PutObject", "s3:DeleteObject"],
      documents(scope, ["lease.json", "releases", "holds", "followers", "fleet", "triggers"]),
    ),
    ...(scope.removesArtifacts ? [removeArtifacts(scope)] : []),
    addToAudit(scope),
    ...auditOnlyGrows(scope),
  ];
  return policy(...planStatements(scope, resources), ...mergeStatements(writing, order));
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
    allow("FollowTasks", ["ecs:StopTask"], "*", ofClusters(scope)),
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
    passRole("PassSchedulerRole", scope.roles.scheduler, "scheduler.amazonaws.com"),
    allow(
      "NoteRuns",
      ["s3:PutObject", "s3:DeleteObject"],
      documents(scope, ["holds", "resumed", "fleet"]),
    ),
    addToAudit(scope),
    ...auditOnlyGrows(scope),
    ...readRuns(scope),
  );
}

/**
 * What looking at runs needs, with their logs and what their steps left, and trying a step on that
 * elsewhere: `status`, `logs`, `artifacts`, `report`, and `dev` and `shell` with `--from-env`.
 * Nothing that writes.
 */
export function readPolicy(scope: PolicyScope): PolicyDocument {
  return policy(...planStatements(scope), ...readRuns(scope));
}

function readRuns(scope: PolicyScope): Statement[] {
  const executions = scope.arn("states", `execution:${scope.project.stateMachines}:*`);
  const { artifacts, documents: own } = scope.location;
  return [
    allow("FollowRuns", "states:GetExecutionHistory", executions),
    ...readItems(scope),
    allow("ReadLogLines", ["logs:GetLogEvents", "logs:FilterLogEvents"], logGroupArns(scope)),
    allow(
      "ReadDeliveries",
      "s3:GetObject",
      documents(scope, ["followed", "notified", "pools.json", "resumed"]),
    ),
    ...listBucket(
      scope,
      "ListDeliveries",
      ["followers", "notified", "resumed", "untold"].map((folder) => `${own}${folder}/*`),
    ),
    allow("ReadArtifacts", "s3:GetObject", object(scope, `${artifacts}*`)),
    ...listBucket(scope, "ListArtifacts", [`${artifacts}*`]),
  ];
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
