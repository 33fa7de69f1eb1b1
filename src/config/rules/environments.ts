import { platformOf } from "../normalize-workspace.ts";
import type { Problem } from "../problem.ts";
import type { RawEnvironment } from "../schema/schema-workspace.ts";
import { didYouMean } from "../suggest.ts";
import type { WorkspaceContext } from "./rule.ts";

const LOCAL_FIELDS = [
  "executor",
  "installer",
  "unsafe_hard_links",
  "max_parallel",
  "max_runs",
  "missed",
  "missed_within_hours",
  "docker_network",
] as const;
const AWS_FIELDS = [
  "account_id",
  "region",
  "vpc_id",
  "subnet_ids",
  "ecr_repository",
  "registry",
  "registry_secret",
  "suffix",
  "artifacts_uri",
  "roles",
  "permissions_boundary",
  "log_retention_days",
  "endpoint_url",
  "promote_from",
] as const;

/** Only `local` can be assumed. */
export function platformIsGiven({ raw }: WorkspaceContext): Problem[] {
  return environments(raw)
    .filter(([name, environment]) => name !== "local" && environment.platform === undefined)
    .map(([name]) => ({
      code: "workspace/missing-platform",
      path: ["environments", name],
      at: "key" as const,
      message: `environment ${name} doesn't say where it runs`,
      help: "add platform: aws, or platform: local",
    }));
}

/**
 * Without an entry `local` runs on this machine; with one it must not suddenly mean something else.
 */
export function localIsLocal({ raw }: WorkspaceContext): Problem[] {
  if (raw.environments?.["local"]?.platform !== "aws") return [];
  return [
    {
      code: "workspace/local-on-aws",
      path: ["environments", "local", "platform"],
      message: "the environment local runs on this machine, not on AWS",
      help: "give the environment on AWS another name, such as dev",
    },
  ];
}

/** A field of the other platform would be ignored. */
export function fieldsFitPlatform({ raw }: WorkspaceContext): Problem[] {
  return environments(raw).flatMap(([name, environment]): Problem[] => {
    const platform = platformOf(name, environment);
    const foreign: readonly (keyof RawEnvironment)[] =
      platform === "aws" ? LOCAL_FIELDS : AWS_FIELDS;
    return foreign
      .filter((field) => environment[field] !== undefined)
      .map((field) => ({
        code: "workspace/wrong-platform",
        path: ["environments", name, field],
        at: "key" as const,
        message: `${field} means nothing in ${name}, which runs ${platform === "aws" ? "on AWS" : "on this machine"}`,
        help:
          name === "local"
            ? "remove the line"
            : `remove the line, or write platform: ${platform === "aws" ? "local" : "aws"}`,
      }));
  });
}

/** A deploy to AWS can't guess these. */
export function awsFieldsAreGiven({ raw }: WorkspaceContext): Problem[] {
  return onAws(raw).flatMap(([name, environment]): Problem[] => {
    if (environment.platform === undefined) return [];
    const missing = (Object.keys(AWS_EXAMPLES) as (keyof typeof AWS_EXAMPLES)[])
      .filter((field) => environment[field] === undefined)
      .filter((field) => field !== "ecr_repository" || environment.registry === undefined);
    if (missing.length === 0) return [];
    return [
      {
        code: "workspace/missing-field",
        path: ["environments", name],
        at: "key",
        message: `environment ${name} is on AWS and lacks ${missing.join(", ")}`,
        help: `add ${missing.map((field) => `${field}: ${AWS_EXAMPLES[field]}`).join(", ")}`,
      },
    ];
  });
}

const AWS_EXAMPLES = {
  account_id: '"123456789012"',
  region: "us-east-1",
  vpc_id: "vpc-0123456789abcdef0",
  subnet_ids: "[subnet-0123456789abcdef0]",
  ecr_repository: "ml-images",
} as const;

/** Instances pull from ECR by their role. */
export function secretIsOfRegistry({ raw }: WorkspaceContext): Problem[] {
  return onAws(raw)
    .filter(([, environment]) => environment.registry_secret && !environment.registry)
    .map(([name]) => ({
      code: "workspace/registry-secret",
      path: ["environments", name, "registry_secret"],
      at: "key" as const,
      message: `environment ${name} names a registry_secret, but no registry that it is for`,
      help: "remove it, or name the registry: instances pull from ECR by their role",
    }));
}

/** Images go to one place. */
export function oneRegistry({ raw }: WorkspaceContext): Problem[] {
  return onAws(raw)
    .filter(([, environment]) => environment.ecr_repository && environment.registry)
    .map(([name]) => ({
      code: "workspace/two-registries",
      path: ["environments", name, "registry"],
      at: "key" as const,
      message: `environment ${name} names both an ECR repository and another registry`,
      help: "keep one of ecr_repository and registry",
      related: [
        { path: ["environments", name, "ecr_repository"], message: "the ECR repository is here" },
      ],
    }));
}

/**
 * No resource's name says its environment, so two in one account and region would overwrite each
 * other.
 */
export function environmentsDoNotCollide({ raw }: WorkspaceContext): Problem[] {
  const first = new Map<string, string>();
  return onAws(raw).flatMap(([name, environment]): Problem[] => {
    const { account_id: account, region, endpoint_url: endpoint = "", suffix = "" } = environment;
    if (account === undefined || region === undefined) return [];
    const place = JSON.stringify([account, region, endpoint, suffix]);
    const other = first.get(place);
    if (other === undefined) {
      first.set(place, name);
      return [];
    }
    return [
      {
        code: "workspace/environments-collide",
        path: ["environments", name],
        at: "key",
        message: `${other} and ${name} share account ${account} and region ${region}, so they would overwrite each other`,
        help: `give one of them a suffix, as in suffix: "-${name}", or another account or region`,
        related: [{ path: ["environments", other], message: `${other} is here` }],
      },
    ];
  });
}

/** An image is promoted from another environment on AWS. */
export function promotionSourceExists({ raw }: WorkspaceContext): Problem[] {
  const names = onAws(raw).map(([name]) => name);
  return onAws(raw).flatMap(([name, { promote_from: from }]): Problem[] => {
    const others = names.filter((other) => other !== name);
    if (from === undefined || others.includes(from)) return [];
    return [
      {
        code: "workspace/unknown-environment",
        path: ["environments", name, "promote_from"],
        message:
          from === name
            ? `${name} can't promote images from itself`
            : `promote_from names "${from}", which is not an environment on AWS`,
        help: others.length === 0 ? "remove the line" : didYouMean(from, others),
      },
    ];
  });
}

/**
 * Steps may write their artifacts, and never what Esteira writes for itself: of no environment, as
 * several may share a bucket.
 */
export function artifactsKeepOffDocuments({ raw }: WorkspaceContext): Problem[] {
  return onAws(raw)
    .filter(([, { artifacts_uri: uri = "" }]) => /^s3:\/\/[^/]+\/+esteira\/+v1(\/|$)/.test(uri))
    .map(([name]) => ({
      code: "workspace/artifacts-among-documents",
      path: ["environments", name, "artifacts_uri"],
      message: `the artifacts of ${name} would lie among what Esteira writes for itself, at esteira/v1/ of that bucket`,
      help: "name another folder, or the bucket alone",
    }));
}

type Entry = readonly [name: string, environment: RawEnvironment];

function environments(raw: WorkspaceContext["raw"]): readonly Entry[] {
  return Object.entries(raw.environments ?? {});
}

function onAws(raw: WorkspaceContext["raw"]): readonly Entry[] {
  return environments(raw).filter(
    ([name, environment]) => platformOf(name, environment) === "aws" && name !== "local",
  );
}
