import type { Authorization } from "./rig/policy.ts";

/** Something that one of our roles must not be able to do, or that it can and that has to be known. */
export interface Attack {
  readonly kind: "more rights" | "other project" | "other environment" | "other team" | "traces";
  /** What is tried, as the page says it. */
  readonly what: string;
  readonly asked: Authorization | readonly Authorization[];
  /** The identities that are allowed to; all others are not. */
  readonly allowed: readonly string[];
}

const account = "123456789012";
const arn = (service: string, resource: string) =>
  `arn:aws:${service}:us-east-1:${account}:${resource}`;
const role = (name: string) => `arn:aws:iam::${account}:role/${name}`;
const key = (path: string) => `arn:aws:s3:::ml-data/${path}`;
const ours = "esteira/v1/acme/dev/";
const theirs = "esteira/v1/acme/prd/";
const tags = (kind: "Resource" | "Request", environment: string) => ({
  [`aws:${kind}Tag/esteira:workspace`]: "acme",
  [`aws:${kind}Tag/esteira:environment`]: environment,
});
const template = arn("ec2", "launch-template/lt-0123456789abcdef0");
const passed = (service: string) => ({ "iam:PassedToService": `${service}.amazonaws.com` });
const ask = (
  action: string,
  resource: string,
  context: Authorization["context"] = {},
): Authorization => ({ action, resource, context });
const nobody: readonly string[] = [];

/** Tried with the policies of the environment dev of acme, which shares the bucket ml-data with prd. */
export const attacks: readonly Attack[] = [
  {
    kind: "more rights",
    what: "make a role, or give one more rights",
    asked: ask("iam:PutRolePolicy", role("esteira-acme-dev-deploy")),
    allowed: nobody,
  },
  {
    kind: "more rights",
    what: "take on another role",
    asked: ask("sts:AssumeRole", role("admin")),
    allowed: nobody,
  },
  {
    kind: "more rights",
    what: "hand an administrator's role to a task",
    asked: ask("iam:PassRole", role("admin"), passed("ecs-tasks")),
    allowed: nobody,
  },
  {
    kind: "more rights",
    what: "hand the step functions role to an instance",
    asked: ask("iam:PassRole", role("esteira-acme-dev-step-functions"), passed("ec2")),
    allowed: nobody,
  },
  {
    kind: "more rights",
    what: "hand the notifier's role to a function",
    asked: ask("iam:PassRole", role("esteira-acme-dev-notifier"), passed("lambda")),
    allowed: nobody,
  },
  {
    kind: "more rights",
    what: "change the notifier's code",
    asked: ask("lambda:UpdateFunctionCode", arn("lambda", "function:esteira-acme-dev-notifier")),
    allowed: nobody,
  },
  {
    kind: "more rights",
    what: "open the bucket",
    asked: ask("s3:PutBucketPolicy", "arn:aws:s3:::ml-data"),
    allowed: nobody,
  },
  {
    kind: "more rights",
    what: "start an instance without a template",
    asked: ask("ec2:RunInstances", arn("ec2", "instance/*")),
    allowed: nobody,
  },
  {
    kind: "more rights",
    what: "run a task with the environment's task role, from an image and with a command of one's own",
    asked: ask("iam:PassRole", role("esteira-acme-dev-task"), passed("ecs-tasks")),
    allowed: ["step_functions", "deploy"],
  },
  {
    kind: "traces",
    what: "delete an entry of the audit trail",
    asked: ask("s3:DeleteObject", key(`${ours}audit/1.json`)),
    allowed: nobody,
  },
  {
    kind: "traces",
    what: "delete an entry's version",
    asked: ask("s3:DeleteObjectVersion", key(`${ours}audit/1.json`)),
    allowed: nobody,
  },
  {
    kind: "traces",
    what: "write over an entry of the audit trail",
    asked: ask("s3:PutObject", key(`${ours}audit/1.json`)),
    allowed: nobody,
  },
  {
    kind: "traces",
    what: "add an entry to the audit trail",
    asked: ask("s3:PutObject", key(`${ours}audit/1.json`), { "s3:if-none-match": "*" }),
    allowed: ["deploy", "run"],
  },
  {
    kind: "traces",
    what: "let old versions expire sooner",
    asked: ask("s3:PutLifecycleConfiguration", "arn:aws:s3:::ml-data"),
    allowed: nobody,
  },
  {
    kind: "traces",
    what: "read who was notified of what, with the lines of log in it",
    asked: ask("s3:GetObject", key(`${ours}notified/recsys/r-0.json`)),
    allowed: ["notifier", "run"],
  },
  {
    kind: "traces",
    what: "change what the ledger says of a run",
    asked: ask("s3:PutObject", key(`${ours}ledger/recsys/runs/1.json`)),
    allowed: ["notifier"],
  },
  {
    kind: "traces",
    what: "write a release that a rollback would restore",
    asked: ask("s3:PutObject", key(`${ours}releases/recsys/1.json`)),
    allowed: ["deploy"],
  },
  {
    kind: "other project",
    what: "write the artifacts of churn",
    asked: ask("s3:PutObject", key("artifacts/churn/run/model.bin")),
    allowed: ["task"],
  },
  {
    kind: "other project",
    what: "read the artifacts of churn",
    asked: ask("s3:GetObject", key("artifacts/churn/run/model.bin")),
    allowed: ["step_functions", "task", "run"],
  },
  {
    kind: "other project",
    what: "read a secret of churn",
    asked: ask("ssm:GetParameters", arn("ssm", "parameter/esteira/dev/churn/TOKEN")),
    allowed: ["task_execution"],
  },
  {
    kind: "other environment",
    what: "write prd's documents",
    asked: ask("s3:PutObject", key(`${theirs}releases/recsys/1.json`)),
    allowed: nobody,
  },
  {
    kind: "other environment",
    what: "read prd's documents",
    asked: ask("s3:GetObject", key(`${theirs}ledger/recsys/history/r.json`)),
    allowed: nobody,
  },
  {
    kind: "other environment",
    what: "write the documents of another workspace",
    asked: ask("s3:PutObject", key("esteira/v1/globex/prd/holds/x.json")),
    allowed: nobody,
  },
  {
    kind: "other environment",
    what: "read a secret of prd",
    asked: [
      ask("ssm:GetParameters", arn("ssm", "parameter/esteira/prd/recsys/TOKEN")),
      ask(
        "secretsmanager:GetSecretValue",
        arn("secretsmanager", "secret:/esteira/prd/recsys/db-AbCdEf"),
      ),
    ],
    allowed: nobody,
  },
  {
    kind: "other environment",
    what: "hand tasks prd's role",
    asked: ask("iam:PassRole", role("esteira-acme-prd-task"), passed("ecs-tasks")),
    allowed: nobody,
  },
  {
    kind: "other environment",
    what: "change a launch template of prd in the same account",
    asked: ask("ec2:CreateLaunchTemplateVersion", template, tags("Resource", "prd")),
    allowed: nobody,
  },
  {
    kind: "other environment",
    what: "register a revision that says it is prd's",
    asked: ask(
      "ecs:RegisterTaskDefinition",
      arn("ecs", "task-definition/recsys:7"),
      tags("Request", "prd"),
    ),
    allowed: nobody,
  },
  {
    kind: "other team",
    what: "change, delete or tag their launch template",
    asked: [
      "ec2:CreateLaunchTemplateVersion",
      "ec2:DeleteLaunchTemplate",
      "ec2:DeleteLaunchTemplateVersions",
      "ec2:CreateTags",
      "ec2:DeleteTags",
    ].map((action) => ask(action, template, tags("Request", "dev"))),
    allowed: nobody,
  },
  {
    kind: "other team",
    what: "start instances by their launch template",
    asked: ask("ec2:RunInstances", template, { "ec2:LaunchTemplate": template }),
    allowed: nobody,
  },
  {
    kind: "other team",
    what: "tag their instances and volumes",
    asked: ["instance/i-1", "volume/vol-1"].map((one) =>
      ask("ec2:CreateTags", arn("ec2", one), tags("Request", "dev")),
    ),
    allowed: nobody,
  },
  {
    kind: "other team",
    what: "delete their task definitions, or tag them",
    asked: ["ecs:DeleteTaskDefinitions", "ecs:TagResource"].map((action) =>
      ask(action, arn("ecs", "task-definition/web:1"), tags("Request", "dev")),
    ),
    allowed: nobody,
  },
  {
    kind: "other team",
    what: "deregister their task definitions (which can still be run, and registered again)",
    asked: ask("ecs:DeregisterTaskDefinition", "*"),
    allowed: ["deploy"],
  },
  {
    kind: "other team",
    what: "run tasks on their cluster, or stop those there",
    asked: [
      ask("ecs:RunTask", arn("ecs", "task-definition/recsys:1"), {
        "ecs:cluster": arn("ecs", "cluster/web"),
      }),
      ask("ecs:StopTask", "*", { "ecs:cluster": arn("ecs", "cluster/web") }),
    ],
    allowed: nobody,
  },
  {
    kind: "other team",
    what: "delete their cluster, group, schedule, state machine or log group",
    asked: [
      ask("ecs:DeleteCluster", arn("ecs", "cluster/web")),
      ask(
        "autoscaling:DeleteAutoScalingGroup",
        arn("autoscaling", "autoScalingGroup:0:autoScalingGroupName/web"),
      ),
      ask("scheduler:DeleteSchedule", arn("scheduler", "schedule/default/nightly")),
      ask("states:DeleteStateMachine", arn("states", "stateMachine:billing")),
      ask("logs:DeleteLogGroup", arn("logs", "log-group:/aws/lambda/web:*")),
    ],
    allowed: nobody,
  },
  {
    kind: "other team",
    what: "delete those where their names are made like ours: `asg-…`, `sched-…`, `…-workflow`, `/ecs/…`",
    asked: [
      ask(
        "autoscaling:DeleteAutoScalingGroup",
        arn("autoscaling", "autoScalingGroup:0:autoScalingGroupName/asg-web"),
      ),
      ask("scheduler:DeleteSchedule", arn("scheduler", "schedule/default/sched-web")),
      ask("states:DeleteStateMachine", arn("states", "stateMachine:billing-workflow")),
      ask("logs:DeleteLogGroup", arn("logs", "log-group:/ecs/web:*")),
    ],
    allowed: ["deploy"],
  },
  {
    kind: "other team",
    what: "start their state machines",
    asked: ask("states:StartExecution", arn("states", "stateMachine:billing")),
    allowed: nobody,
  },
  {
    kind: "other team",
    what: "push images to their repository, or delete them there",
    asked: ["ecr:PutImage", "ecr:BatchDeleteImage"].map((action) =>
      ask(action, arn("ecr", "repository/web")),
    ),
    allowed: nobody,
  },
  {
    kind: "other team",
    what: "publish to their topics, read their queues, call their functions",
    asked: [
      ask("sns:Publish", arn("sns", "alarms")),
      ask("sqs:ReceiveMessage", arn("sqs", "orders")),
      ask("lambda:InvokeFunction", arn("lambda", "function:web")),
    ],
    allowed: nobody,
  },
  {
    kind: "other team",
    what: "send mail in the name of any sender that SES knows in the account",
    asked: ask("ses:SendEmail", arn("ses", "identity/ceo@example.com")),
    allowed: ["notifier"],
  },
];
