import { environmentName, type EnvironmentName } from "../core/ids.ts";
import { DEFAULTS } from "./defaults.ts";
import type { AwsEnvironment, Environment, LocalEnvironment, Workspace } from "./model.ts";
import type { MailConfig, MlflowConfig } from "./services.ts";
import type { RawEnvironment, RawWorkspace } from "./schema/schema-workspace.ts";

/**
 * Gives `esteira.yaml` its defaults. `folder` is the name of the workspace's folder, for a
 * workspace that names itself nothing.
 */
export function normalizeWorkspace(raw: RawWorkspace, folder: string): Workspace {
  const environments = new Map<EnvironmentName, Environment>();
  for (const [name, environment] of Object.entries({ local: {}, ...raw.environments })) {
    environments.set(environmentName(name), {
      ...normalizeEnvironment(name, environment),
      ...(raw.language === undefined ? {} : { language: raw.language }),
      ...(raw.zone === undefined ? {} : { zone: raw.zone }),
      ...(raw.pools === undefined ? {} : { pools: raw.pools }),
    });
  }
  const branches = raw.branches?.environments ?? { dev: "dev", master: "prd" };
  return {
    name: raw.workspace ?? nameFrom(folder),
    projects: raw.projects ?? DEFAULTS.projects,
    ...(raw.zone === undefined ? {} : { zone: raw.zone }),
    ignore: raw.ignore ?? [],
    branches: {
      feature: raw.branches?.feature ?? "feature/<project>-<description>",
      also: raw.branches?.also ?? DEFAULTS.alsoBranches,
      environments: Object.fromEntries(
        Object.entries(branches).map(([branch, name]) => [branch, environmentName(name)]),
      ),
    },
    environments,
  };
}

function nameFrom(folder: string): string {
  const name = folder.replaceAll(/[^A-Za-z0-9._-]+/g, "-").replace(/^[^A-Za-z0-9]+/, "");
  return name.slice(0, 63) || "workspace";
}

/**
 * The platform that an environment runs on: `local` needs not say, others that don't are considered
 * AWS and reported by a rule.
 */
export function platformOf(name: string, raw: RawEnvironment): Environment["platform"] {
  return raw.platform ?? (name === "local" ? "local" : "aws");
}

function normalizeEnvironment(name: string, raw: RawEnvironment): Environment {
  return platformOf(name, raw) === "local"
    ? localEnvironment(name, raw)
    : awsEnvironment(name, raw);
}

function localEnvironment(name: string, raw: RawEnvironment): LocalEnvironment {
  return {
    name: environmentName(name),
    platform: "local",
    schedules: raw.schedules ?? schedulesOf(name),
    mlflow: mlflowOf(name, raw),
    mail: mailOf(raw, "smtp"),
    ...retentionOf(raw),
    executor: raw.executor ?? "auto",
    installer: raw.installer ?? "auto",
    unsafeHardLinks: raw.unsafe_hard_links ?? false,
    maxParallel: raw.max_parallel,
    scheduling: {
      maxRuns: raw.max_runs ?? DEFAULTS.maxRuns,
      missed: raw.missed ?? "skip",
      missedWithinHours: raw.missed_within_hours ?? DEFAULTS.missedWithinHours,
    },
    dockerNetwork: raw.docker_network,
  };
}

function awsEnvironment(name: string, raw: RawEnvironment): AwsEnvironment {
  const roles = Object.entries(raw.roles ?? {}).flatMap(([role, arn]) =>
    arn === undefined ? [] : [[role, arn] as const],
  );
  return {
    name: environmentName(name),
    platform: "aws",
    schedules: raw.schedules ?? schedulesOf(name),
    mlflow: mlflowOf(name, raw),
    mail: mailOf(raw, "ses"),
    ...retentionOf(raw),
    accountId: raw.account_id ?? "",
    region: raw.region ?? "",
    vpcId: raw.vpc_id ?? "",
    subnetIds: raw.subnet_ids ?? [],
    repository:
      raw.registry === undefined
        ? { kind: "ecr", name: raw.ecr_repository ?? "" }
        : { kind: "oci", reference: raw.registry, secret: raw.registry_secret },
    suffix: raw.suffix ?? "",
    artifactsUri: raw.artifacts_uri?.replace(/(?<!\/)\/+$/, ""),
    roles: Object.fromEntries(roles),
    permissionsBoundary: raw.permissions_boundary,
    logRetentionDays: raw.log_retention_days ?? DEFAULTS.logRetentionDays,
    endpointUrl: raw.endpoint_url,
    promoteFrom: raw.promote_from === undefined ? undefined : environmentName(raw.promote_from),
  };
}

function retentionOf({ keep_artifacts_days: days }: RawEnvironment) {
  return days === undefined ? {} : { keepArtifactsDays: days };
}

function schedulesOf(name: string): Environment["schedules"] {
  return name === "dev" ? "disabled" : "as_configured";
}

function mlflowOf(name: string, raw: RawEnvironment): MlflowConfig | undefined {
  const { mlflow } = raw;
  if (!mlflow) return undefined;
  const onAws = platformOf(name, raw) === "aws";
  const ofRegion = onAws && raw.region ? `https://s3.${raw.region}.amazonaws.com` : undefined;
  return {
    trackingUri: mlflow.tracking_uri,
    s3EndpointUrl: mlflow.s3_endpoint_url ?? ofRegion,
    gate: mlflow.gate ?? (onAws ? "enforce" : "off"),
    unreachable: mlflow.unreachable ?? (name === "prd" ? "refuse" : "warn"),
    accepts:
      mlflow.alias === undefined
        ? { stages: mlflow.stages ?? (name === "prd" ? ["Production"] : ["Staging", "Production"]) }
        : { alias: mlflow.alias },
  };
}

function mailOf(raw: RawEnvironment, byDefault: MailConfig["transport"]): MailConfig | undefined {
  const { mail } = raw;
  if (!mail) return undefined;
  const secure = mail.smtp?.secure ?? false;
  return {
    transport: mail.transport ?? byDefault,
    from: mail.from ?? "",
    smtp: mail.smtp
      ? { host: mail.smtp.host, port: mail.smtp.port ?? (secure ? 465 : 587), secure }
      : undefined,
  };
}
