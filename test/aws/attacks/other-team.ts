import { arn, ask, nobody, tags, template, type Attack } from "./attack.ts";

/** On what other teams have in the same account. */
export const onOtherTeams: readonly Attack[] = [
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
