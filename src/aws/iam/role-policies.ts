import type { RoleName } from "../bootstrap/names.ts";
import {
  addToAudit,
  auditOnlyGrows,
  documents,
  listBucket,
  listPublished,
  object,
  readArtifacts,
  readReports,
  useArtifacts,
} from "./bucket-rights.ts";
import { allow, passRole, policy, type PolicyDocument, type Statement } from "./document.ts";
import { readItems, runItems } from "./item-rights.ts";
import type { PolicyScope } from "./scope.ts";

/**
 * What each role of the base layer may do; its one inline policy, undefined where AWS's own policy
 * is all it needs.
 */
export const rolePolicies: Readonly<
  Record<RoleName, (scope: PolicyScope) => PolicyDocument | undefined>
> = {
  step_functions: (scope) => {
    const cluster = {
      ArnLike: { "ecs:cluster": scope.arn("ecs", `cluster/${scope.project.clusters}`) },
    };
    return policy(
      // Requests name a revision, whatever they were written with: without `:*` they are refused.
      allow(
        "RunTasks",
        "ecs:RunTask",
        scope.arn("ecs", `task-definition/${scope.project.families}:*`),
        cluster,
      ),
      allow("FollowTasks", ["ecs:StopTask", "ecs:DescribeTasks"], "*", cluster),
      allow("TagTasks", "ecs:TagResource", scope.arn("ecs", `task/${scope.project.clusters}/*`), {
        StringEquals: { "ecs:CreateAction": "RunTask" },
      }),
      // How Step Functions learns that a task has ended; one rule for the account, which AWS
      // manages.
      allow(
        "HearOfTasks",
        ["events:PutTargets", "events:PutRule", "events:DescribeRule"],
        scope.arn("events", "rule/StepFunctionsGetEventsForECSTaskRule"),
      ),
      passTaskRoles(scope),
      // `for_each` over a list that an earlier step left.
      ...readArtifacts(scope),
      // `for_each` over more items than one history holds.
      ...runItems(scope),
      // `overlap: skip` looks at what runs already.
      allow(
        "SeeRuns",
        "states:ListExecutions",
        scope.arn("states", `stateMachine:${scope.project.stateMachines}`),
      ),
      // Steps with pools ask it for their places.
      allow(
        "AskForPlaces",
        "lambda:InvokeFunction",
        scope.arn("lambda", `function:${scope.names.notifier}`),
      ),
      // These have no resources to be limited to.
      allow(
        "Log",
        [
          "logs:CreateLogDelivery",
          "logs:GetLogDelivery",
          "logs:UpdateLogDelivery",
          "logs:DeleteLogDelivery",
          "logs:ListLogDeliveries",
          "logs:PutResourcePolicy",
          "logs:DescribeResourcePolicies",
          "logs:DescribeLogGroups",
        ],
        "*",
      ),
    );
  },

  scheduler: (scope) =>
    policy(
      allow(
        "StartRuns",
        "states:StartExecution",
        scope.arn("states", `stateMachine:${scope.project.stateMachines}`),
      ),
      allow("KeepDeadLetters", "sqs:SendMessage", scope.arn("sqs", scope.names.deadLetterQueue)),
    ),

  task_execution: (scope) =>
    policy(
      ...pullImages(scope),
      allow(
        "Log",
        ["logs:CreateLogStream", "logs:PutLogEvents"],
        scope.arn("logs", `log-group:${scope.project.logGroups}:*`),
      ),
      allow(
        "ReadParameters",
        "ssm:GetParameters",
        scope.arn("ssm", `parameter/esteira/${scope.environment}/*`),
      ),
      allow("ReadSecrets", "secretsmanager:GetSecretValue", secrets(scope)),
      allow("DecryptSecrets", "kms:Decrypt", scope.arn("kms", "key/*"), {
        StringEquals: {
          "kms:ViaService": ["ssm", "secretsmanager"].map(
            (name) => `${name}.${scope.region}.${dnsSuffix(scope)}`,
          ),
        },
      }),
    ),

  task: (scope) => policy(...useArtifacts(scope)),

  instance: () => undefined,

  notifier: (scope) =>
    policy(
      allow(
        "Log",
        ["logs:CreateLogStream", "logs:PutLogEvents"],
        scope.arn("logs", `log-group:${scope.names.notifierLogGroup}:*`),
      ),
      allow(
        "ReadRuns",
        [
          "states:DescribeExecution",
          "states:DescribeStateMachineForExecution",
          "states:GetExecutionHistory",
        ],
        scope.arn("states", `execution:${scope.project.stateMachines}:*`),
      ),
      ...readItems(scope),
      // It answers steps that have their places. AWS limits it to no resource: the token is what
      // counts.
      allow("AnswerSteps", "states:SendTaskSuccess", "*"),
      allow(
        "ReadWorkflows",
        ["states:DescribeStateMachine", "states:ListTagsForResource", "states:ListExecutions"],
        scope.arn("states", `stateMachine:${scope.project.stateMachines}`),
      ),
      // Those that follow others, or that data starts.
      allow(
        "StartRuns",
        "states:StartExecution",
        scope.arn("states", `stateMachine:${scope.project.stateMachines}`),
      ),
      allow(
        "ReadLogs",
        ["logs:GetLogEvents", "logs:FilterLogEvents"],
        scope.arn("logs", `log-group:${scope.project.logGroups}:*`),
      ),
      allow("ReadDocuments", "s3:GetObject", object(scope, `${scope.location.documents}*`)),
      allow(
        "WriteDocuments",
        "s3:PutObject",
        documents(scope, [
          "ledger",
          "notified",
          "pools.json",
          "untold",
          "followed",
          "fleet",
          "arrived",
        ]),
      ),
      // What a run of many objects is for.
      allow(
        "WriteWhatArrived",
        "s3:PutObject",
        object(scope, `${scope.location.artifacts}*/_trigger/*`),
      ),
      allow(
        "ForgetWhoWaits",
        "s3:DeleteObject",
        documents(scope, ["untold", "fleet", "arrived/open"]),
      ),
      addToAudit(scope),
      ...auditOnlyGrows(scope),
      ...listBucket(scope, "ListDocuments", [`${scope.location.documents}*`]),
      ...readReports(scope),
      ...listPublished(scope),
      // AWS asks for the sender's identity, in the sandbox for the recipient's, and for the
      // configuration that belongs to them.
      allow("SendMail", "ses:SendEmail", [
        scope.arn("ses", "identity/*"),
        scope.arn("ses", "configuration-set/*"),
      ]),
      allow(
        "TellByTopics",
        ["sns:CreateTopic", "sns:ListSubscriptionsByTopic", "sns:Publish", "sns:Subscribe"],
        scope.arn("sns", `${scope.names.prefix}-to-*`),
      ),
      allow(
        "UseDeadLetters",
        ["sqs:ChangeMessageVisibility", "sqs:GetQueueUrl", "sqs:ReceiveMessage", "sqs:SendMessage"],
        scope.arn("sqs", scope.names.deadLetterQueue),
      ),
      // What the hourly look compares runs with.
      allow(
        "ReadSchedules",
        "scheduler:GetSchedule",
        scope.arn("scheduler", `schedule/default/${scope.project.schedules}`),
      ),
      // It stops those that no run waits for.
      allow("FollowTasks", ["ecs:ListTasks", "ecs:DescribeTasks", "ecs:StopTask"], "*", {
        ArnLike: { "ecs:cluster": scope.arn("ecs", `cluster/${scope.project.clusters}`) },
      }),
      allow(
        "ReadClusters",
        "ecs:DescribeClusters",
        scope.arn("ecs", `cluster/${scope.project.clusters}`),
      ),
      // Whether runs could start: with the revision and the image that are deployed.
      ...(scope.repository === undefined
        ? []
        : [
            allow(
              "FindImages",
              "ecr:BatchGetImage",
              scope.arn("ecr", `repository/${scope.repository}`),
            ),
          ]),
      // AWS lets none of these be limited to resources.
      allow(
        "FindProjects",
        [
          "autoscaling:DescribeScalingActivities",
          "ecs:ListTaskDefinitions",
          "scheduler:ListSchedules",
          "states:ListStateMachines",
          "tag:GetResources",
        ],
        "*",
      ),
    ),
};

/**
 * What a project's own role for its data (`infra.task_role_arn`) needs of the environment: the
 * artifacts of this project. The shared task role reaches those of all projects; where one must not
 * read another's, each has its own.
 */
export function projectTaskPolicy(scope: PolicyScope, project: string): PolicyDocument {
  return policy(...useArtifacts(scope, project));
}

/**
 * Policies of AWS's own that are attached to a role. The instances' is kept up to date by AWS with
 * what the ECS agent asks for.
 */
export function managedPolicies(role: RoleName, scope: PolicyScope): readonly string[] {
  return role === "instance"
    ? [`arn:${scope.partition}:iam::aws:policy/service-role/AmazonEC2ContainerServiceforEC2Role`]
    : [];
}

/**
 * The roles that tasks may be given: the environment's, and those that projects name themselves.
 */
export function passTaskRoles(scope: PolicyScope): Statement {
  return passRole(
    "PassTaskRoles",
    [...new Set([scope.roles.task, scope.roles.task_execution, ...scope.taskRoles])],
    "ecs-tasks.amazonaws.com",
  );
}

function pullImages(scope: PolicyScope): Statement[] {
  if (scope.repository === undefined) return [];
  return [
    allow("LogInToEcr", "ecr:GetAuthorizationToken", "*"),
    allow(
      "PullImages",
      ["ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage"],
      scope.arn("ecr", `repository/${scope.repository}`),
    ),
  ];
}

/** A secret's ARN ends in six characters that AWS chooses. */
export function secrets(scope: PolicyScope): string | readonly string[] {
  const ofProjects = scope.arn("secretsmanager", `secret:/esteira/${scope.environment}/*`);
  if (scope.registrySecret === undefined) return ofProjects;
  return [ofProjects, scope.arn("secretsmanager", `secret:${scope.registrySecret}-??????`)];
}

function dnsSuffix({ partition }: PolicyScope): string {
  return partition === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com";
}
