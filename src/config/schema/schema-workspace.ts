import * as z from "zod";

import { LANGUAGES } from "../../core/language.ts";
import {
  ENVIRONMENT_NAME,
  ENVIRONMENT_NAME_EXPECTED,
  flag,
  LOOSE_TYPES,
  text,
  textLike,
  whole,
} from "./schema-fields.ts";

/**
 * What CloudWatch Logs accepts:
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
 */
export const RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288,
  3653,
] as const;

const arn = (kind: string, description: string) =>
  textLike(
    new RegExp(`^arn:aws[a-z-]*:iam::\\d{12}:${kind}/[\\w+=,.@/-]+$`),
    `an ARN such as "arn:aws:iam::123456789012:${kind}/name"`,
    description,
  );

const roles = z
  .strictObject({
    step_functions: arn("role", "Runs the state machines.").optional(),
    scheduler: arn("role", "Starts runs on schedule.").optional(),
    task_execution: arn("role", "Pulls images, writes logs, reads secrets.").optional(),
    task: arn("role", "What steps may do, where a project names no role itself.").optional(),
    instance: arn("instance-profile", "Profile of the EC2 instances.").optional(),
    notifier: arn("role", "Sends notifications.").optional(),
    deploy: arn("role", "Taken on by GitHub Actions for deploys. Not the bootstrap's.").optional(),
    plan: arn(
      "role",
      "Taken on by GitHub Actions for plans of pull requests. Not the bootstrap's.",
    ).optional(),
  })
  .describe("Roles that exist already, instead of the bootstrap's own.");

const mlflow = z
  .strictObject({
    tracking_uri: textLike(
      /^(https?|file|sqlite|databricks):|^databricks$/,
      'a URI such as "https://mlflow.example.com"',
      "In every step as MLFLOW_TRACKING_URI.",
    ),
    s3_endpoint_url: textLike(
      /^https?:\/\//,
      'a URL such as "https://s3.us-east-1.amazonaws.com"',
      "In every step as MLFLOW_S3_ENDPOINT_URL. Default on AWS: S3 of the region.",
    ).optional(),
    gate: z
      .enum(["enforce", "warn", "off"])
      .describe(
        "What a deploy does about a model that isn't where it must be. Default: enforce on AWS, off locally.",
      )
      .optional(),
    unreachable: z
      .enum(["refuse", "warn"])
      .describe(
        "What an enforcing gate does when MLflow gives no answer. Default: refuse in prd, warn elsewhere.",
      )
      .optional(),
    stages: z
      .array(z.enum(["None", "Staging", "Production", "Archived"]).describe("A stage of MLflow."))
      .min(1)
      .describe(
        "Stages that the gate accepts. Default: Production in prd, Staging and Production elsewhere.",
      )
      .optional(),
    alias: text("The alias that the gate accepts, instead of stages.").min(1).optional(),
  })
  .describe("The model registry.");

const mail = z
  .strictObject({
    transport: z
      .enum(["ses", "sns", "smtp"])
      .describe("How mail is sent. Default: ses on AWS, smtp locally.")
      .optional(),
    from: text("The sender's address. Needed for ses and smtp.").optional(),
    smtp: z
      .strictObject({
        host: text("Name of the mail server.").min(1),
        port: whole(1, 65_535, "Default: 587, or 465 where `secure` is true.").optional(),
        secure: flag("Whether the connection starts with TLS. Default: false.").optional(),
      })
      .describe("The mail server, for the transport smtp.")
      .optional(),
  })
  .describe("How notifications are mailed.");

const environment = z
  .strictObject({
    platform: z
      .enum(["aws", "local"])
      .describe("Where the environment runs. Default: local for `local`; the others must say.")
      .optional(),
    schedules: z
      .enum(["as_configured", "disabled"])
      .describe("Whether schedules fire. Default: disabled in dev, as_configured elsewhere.")
      .optional(),
    mlflow: mlflow.optional(),
    mail: mail.optional(),
    keep_artifacts_days: whole(
      1,
      3_650,
      "Artifacts of runs that ended so many days ago are removed, but the last good run's and what a cache names. Default: they are kept.",
    ).optional(),

    executor: z
      .enum(["auto", "docker", "process"])
      .describe("Local: how steps run. Default: auto, which is docker where an engine answers.")
      .optional(),
    installer: z
      .enum(["auto", "uv", "pip"])
      .describe(
        "Local: what installs the requirements of steps that run as processes. Default: auto, which is uv, and pip where uv can't be had.",
      )
      .optional(),
    unsafe_hard_links: z
      .boolean()
      .describe(
        "Local: Python environments share their files with uv's cache, which saves disk; an edit in one of them then changes them all. Default: false.",
      )
      .optional(),
    max_parallel: whole(
      1,
      1000,
      "Local: attempts at the same time. Default: what CPU and memory admit.",
    ).optional(),
    max_runs: whole(1, 1000, "Local: runs of schedules at the same time. Default: 10.").optional(),
    missed: z
      .enum(["skip", "once"])
      .describe(
        "Local: what `esteira up` does about fires that it was not there for. `once` makes up for the latest. Default: skip.",
      )
      .optional(),
    missed_within_hours: whole(
      1,
      8784,
      "Local: how old a missed fire may be to be made up for. Default: 24.",
    ).optional(),
    docker_network: text("Local: network of containers and builds. Default: the engine's.")
      .min(1)
      .optional(),

    account_id: z
      .string()
      .regex(/^\d{12}$/, { error: 'an account of 12 digits, such as "123456789012"' })
      .meta({ description: "AWS: the account, 12 digits.", type: [...LOOSE_TYPES] })
      .optional(),
    region: textLike(
      /^[a-z]{2}(-[a-z]+)+-\d$/,
      'a region such as "us-east-1"',
      "AWS: the region.",
    ).optional(),
    vpc_id: textLike(
      /^vpc-[0-9a-f]{8,17}$/,
      'a VPC such as "vpc-0123456789abcdef0"',
      "AWS: the network that instances start in.",
    ).optional(),
    subnet_ids: z
      .array(
        textLike(
          /^subnet-[0-9a-f]{8,17}$/,
          'a subnet such as "subnet-0123456789abcdef0"',
          "A subnet of the VPC.",
        ),
      )
      .min(1)
      .max(20)
      .describe("AWS: the subnets that instances start in.")
      .optional(),
    ecr_repository: textLike(
      /^(?=.{2,256}$)[a-z0-9]+([._/-][a-z0-9]+)*$/,
      'a repository name in lower case, such as "ml-images"',
      "AWS: name of the ECR repository of all images.",
    ).optional(),
    registry: textLike(
      /^[a-z0-9.-]+(:\d+)?(\/[a-z0-9]+([._-]+[a-z0-9]+)*)+$/,
      'a repository such as "registry.example.com/ml/images", without a tag',
      "AWS: repository in another OCI registry, instead of ECR.",
    ).optional(),
    registry_secret: textLike(
      /^[A-Za-z0-9/_+=.@-]{1,512}$/,
      'the name of a secret of Secrets Manager, such as "ml/registry"',
      'AWS: secret of Secrets Manager with {"username", "password"}, by which instances pull from `registry`.',
    ).optional(),
    suffix: textLike(
      /^-[a-z0-9]+(-[a-z0-9]+)*$/,
      'a hyphen and lower-case letters, digits or hyphens, such as "-dev"',
      "AWS: appended to the project's name in every resource name.",
    ).optional(),
    artifacts_uri: textLike(
      /^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](\/[^\s*?$]*)?$/,
      'a URI such as "s3://bucket/prefix"',
      "AWS: where artifacts go. Default: the bootstrap's bucket.",
    ).optional(),
    roles: roles.optional(),
    permissions_boundary: arn(
      "policy",
      "AWS: policy that bounds every role that the bootstrap makes.",
    ).optional(),
    log_retention_days: z
      .literal([...RETENTION_DAYS])
      .describe("AWS: how long logs are kept. Default: 90.")
      .optional(),
    endpoint_url: textLike(
      /^https?:\/\/\S+$/,
      'a URL such as "http://127.0.0.1:4566"',
      "AWS: endpoint of an emulator or proxy.",
    ).optional(),
    promote_from: text(
      "AWS: environment whose image of the same source is taken instead of building.",
    ).optional(),
  })
  .describe("An environment: where projects are deployed to.");

/** `esteira.yaml` at the root of a workspace. */
export const workspaceSchema = z
  .strictObject({
    workspace: textLike(
      /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/,
      "a name of letters, digits, dots, hyphens and underscores, at most 63 long",
      "Name of the workspace; marks what belongs to it on AWS. Default: the folder's name.",
    ).optional(),
    projects: text("Glob of the project folders, relative to this file. Default: src/projects/*.")
      .min(1)
      .optional(),
    language: z.enum(LANGUAGES).describe("Of notifications: en or pt-BR. Default: en.").optional(),
    zone: text(
      "IANA name of the zone whose nights the console shows. Default: the machine's.",
    ).optional(),
    ignore: z
      .array(text('A folder relative to this file, "*" for any name.').min(1))
      .describe("Folders among those of `projects` that are no projects, whatever is in them.")
      .optional(),
    pools: z
      .record(
        z.string().regex(/^[a-z]([a-z0-9_-]{0,62}[a-z0-9])?$/, {
          error: "a name of lower-case letters, digits, hyphens and underscores, at most 64 long",
        }),
        whole(1, 1000, "Steps that hold a place of it at once, at most."),
      )
      .describe(
        "Places that steps share over all projects of an environment, such as connections to a warehouse; a step names its pools.",
      )
      .optional(),
    branches: z
      .strictObject({
        also: z
          .array(text("Name of branches; `*` stands for any characters.").min(1))
          .describe(
            "Other branches that may go where features go: GitHub's reverts and update bots by default.",
          )
          .optional(),
        feature: text(
          "Pattern of feature branches. Default: feature/<project>-<description>.",
        ).optional(),
        environments: z
          .record(z.string(), text("Name of an environment."))
          .describe(
            "Which branch deploys to which environment. Default: dev to dev, master to prd.",
          )
          .optional(),
      })
      .describe("What branches mean.")
      .optional(),
    environments: z
      .record(z.string().regex(ENVIRONMENT_NAME, { error: ENVIRONMENT_NAME_EXPECTED }), environment)
      .describe("The environments; `local` exists without being named.")
      .optional(),
  })
  .describe("An Esteira workspace.");

export type RawWorkspace = z.infer<typeof workspaceSchema>;
export type RawEnvironment = z.infer<typeof environment>;
