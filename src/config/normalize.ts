import type { AfterRule } from "../schedule/after.ts";
import type { OnRule } from "../schedule/on.ts";
import { fingerprintOf } from "../core/json.ts";
import { projectName } from "../core/ids.ts";
import { timeSpanSeconds } from "../core/time-span.ts";
import { parseCron } from "../schedule/cron.ts";
import { checksOf } from "./checks.ts";
import { publishesOf } from "./publishes.ts";
import { dependencyFiles } from "./dependency-files.ts";
import { DEFAULTS } from "./defaults.ts";
import { readJsonObject } from "./yaml/json-source.ts";
import type {
  ComputeConfig,
  Environment,
  ModelConfig,
  OwnDefinition,
  Parameter,
  Project,
  ScheduleConfig,
} from "./model.ts";
import type { RuntimeConfig, SecretReference } from "./runtime-model.ts";
import type { Recipient } from "./services.ts";
import type { MergedConfig } from "./overlay.ts";
import type { ProjectFiles } from "./project-files.ts";
import type { RawAfter, RawOn } from "./schema/schema-starts.ts";
import { stepsOf } from "./normalize-steps.ts";
import { packageFolder } from "./shared-packages.ts";
import type { RawRecipient } from "./schema/schema-people.ts";
import type { WrittenItems } from "./written-items.ts";

/**
 * Gives a config its defaults and one spelling for everything. It takes whatever the schema lets
 * through: what makes no sense is for the rules to say, which read the outcome.
 *
 * @param written how the file has the items of `for_each`, where it isn't as JSON would
 */
export function normalizeProject(
  config: MergedConfig,
  environment: Environment,
  directory: string,
  files: ProjectFiles,
  written: WrittenItems = new Map(),
): Project {
  const definition = definitionOf(config, files);
  return {
    name: projectName(config.project_name),
    environment: environment.name,
    directory,
    description: config.description ?? "",
    version: config.version,
    owners: {
      ...(config.owners?.tech_owner === undefined ? {} : { technical: config.owners.tech_owner }),
      ...(config.owners?.business_owner === undefined
        ? {}
        : { business: config.owners.business_owner }),
    },
    schedule: scheduleOf(config, environment),
    ...(config.schedule?.on === undefined ? {} : { awaitsData: true }),
    runtime: runtimeOf(config, files),
    batchEnabled: config.batch?.enabled ?? true,
    steps: stepsOf(config, files, written),
    ...definition,
    parameters: Object.entries(config.params ?? {}).map(([name, parameter]): Parameter => ({
      name,
      default: parameter.default,
      description: parameter.description ?? "",
      ...(parameter.sample === undefined ? {} : { sample: parameter.sample }),
    })),
    compute: computeOf(config),
    taskRoleArn: config.infra?.task_role_arn,
    notifications: {
      onSuccess: (config.notifications?.on_success ?? []).map(recipientOf),
      onFailure: (config.notifications?.on_failure ?? []).map(recipientOf),
    },
    model: modelOf(config),
    ...(config.checks === undefined ? {} : { checks: checksOf(config.checks) }),
    ...(config.publishes === undefined ? {} : { publishes: publishesOf(config.publishes) }),
    ...(config.budgets === undefined ? {} : { monthlyBudgetUsd: config.budgets.monthly_usd }),
    ...(config.priority === undefined ? {} : { priority: config.priority }),
    testCommand: config.test?.command ?? (files.kind("tests") === "folder" ? "pytest" : undefined),
    ...(config.test?.requirements_file === undefined
      ? {}
      : { testRequirementsFile: config.test.requirements_file }),
    authored: authoredHash(config, definition.definition, written),
  };
}

/**
 * Without an overlay, a merged config is the very config, other environments' overlays included.
 */
function authoredHash(
  { environments: _others, ...config }: MergedConfig & { readonly environments?: unknown },
  definition: OwnDefinition | undefined,
  written: WrittenItems,
): string {
  const items = (config.batch?.pipeline?.steps ?? []).flatMap(({ id, for_each: forEach }) => {
    const texts = forEach?.items === undefined ? undefined : written.get(forEach.items);
    return texts === undefined ? [] : [[id, texts] as const];
  });
  return fingerprintOf({
    config,
    definition: definition?.text,
    // Absent where JSON's spelling is the author's, so that those hashes stay what they were.
    items: items.length === 0 ? undefined : items,
  });
}

function scheduleOf(
  { schedule }: MergedConfig,
  { platform }: Pick<Environment, "platform">,
): ScheduleConfig | undefined {
  const on = schedule?.on && onOf(schedule.on, platform);
  if (schedule === undefined) return undefined;
  if (schedule.cron === undefined && schedule.after === undefined && on === undefined) {
    return undefined;
  }
  return {
    enabled: schedule.enabled ?? true,
    ...(schedule.cron === undefined ? {} : { cron: cronText(schedule.cron) }),
    ...(schedule.after === undefined ? {} : { after: afterOf(schedule.after) }),
    ...(on === undefined ? {} : { on }),
    timezone: schedule.timezone ?? DEFAULTS.timezone,
    overlap: schedule.overlap ?? "allow",
    deadline: schedule.deadline,
    flexibleWindowMinutes: schedule.flexible_window_minutes,
  };
}

function cronText(written: string): string {
  const cron = parseCron(written);
  return cron.ok ? cron.value.text : written;
}

function afterOf(written: RawAfter): AfterRule {
  const { projects, match = "day" } = Array.isArray(written) ? { projects: written } : written;
  return { projects: [...new Set(projects)], match };
}

/** What of it there is where the environment is. */
function onOf(
  { s3, files, debounce }: RawOn,
  platform: Environment["platform"],
): OnRule | undefined {
  const source = platform === "aws" ? s3 : files;
  if (source === undefined) return undefined;
  const debounceSeconds = debounce === undefined ? undefined : timeSpanSeconds(debounce);
  return { source, ...(debounceSeconds === undefined ? {} : { debounceSeconds }) };
}

function runtimeOf(config: MergedConfig, files: ProjectFiles): RuntimeConfig {
  const runtime = config.runtime ?? {};
  const [found] = dependencyFiles(files);
  const byDefault = found === DEFAULTS.requirementsFile ? found : undefined;
  const requirementsFile = runtime.requirements_file ?? byDefault;
  const secrets: Record<string, SecretReference> = {};
  for (const [name, text] of Object.entries(runtime.secrets ?? {})) {
    const secret = parseSecret(text);
    if (secret) secrets[name] = secret;
  }
  return {
    pythonVersion: runtime.python_version,
    requirementsFile,
    ...(requirementsFile === undefined && found !== undefined ? { dependencyFile: found } : {}),
    dockerfile: runtime.dockerfile ?? DEFAULTS.dockerfile,
    ...(runtime.packages === undefined
      ? {}
      : { packages: [...new Set(runtime.packages.map(packageFolder))] }),
    ...(runtime.index === undefined ? {} : { index: runtime.index }),
    environmentVariables: runtime.env_vars ?? {},
    secrets,
  };
}

/** Reads `ssm:NAME`, `secretsmanager:NAME[:key]` or `shared:NAME`; undefined when it is none. */
export function parseSecret(text: string): SecretReference | undefined {
  // A variable's name, because that is what it is called in the file on this machine.
  const [, common] = /^shared:([A-Za-z_][A-Za-z0-9_]*)$/.exec(text) ?? [];
  if (common !== undefined) return { source: "ssm", name: common, shared: true };
  const match =
    /^(ssm|secretsmanager):([A-Za-z0-9_.-]+(?:\/[A-Za-z0-9_.-]+)*)(?::([^:\s]+))?$/.exec(text);
  const [, source, name, key] = match ?? [];
  if (name === undefined) return undefined;
  if (source === "ssm") return key === undefined ? { source, name } : undefined;
  return key === undefined
    ? { source: "secretsmanager", name }
    : { source: "secretsmanager", name, key };
}

/** What can't be read is empty: the rules say why. */
function definitionOf(
  config: MergedConfig,
  files: ProjectFiles,
): { readonly definition?: OwnDefinition } {
  const file = config.batch?.pipeline?.definition;
  if (file === undefined) return {};
  const text = files.kind(file) === "file" ? (files.read(file) ?? "") : "";
  const read = readJsonObject(text);
  return { definition: { file, text, value: read.ok ? read.value : {} } };
}

function computeOf(config: MergedConfig): ComputeConfig {
  const compute = config.infra?.compute ?? {};
  const first = compute.ec2_type === undefined ? [] : [compute.ec2_type];
  const minQuantity = compute.min_quantity ?? DEFAULTS.minQuantity;
  return {
    provider: "ec2",
    instanceTypes: [...new Set([...first, ...(compute.ec2_types ?? [])])],
    minQuantity,
    maxQuantity: compute.max_quantity ?? Math.max(DEFAULTS.maxQuantity, minQuantity),
    spot: compute.spot ?? false,
    onDemandFallback: compute.on_demand_fallback ?? false,
    diskGb: compute.disk_gb ?? DEFAULTS.diskGb,
  };
}

function recipientOf(written: RawRecipient): Recipient {
  if (typeof written !== "string") return { kind: "webhook", ...written };
  return /^[a-z][a-z0-9+.-]*:/i.test(written)
    ? { kind: "webhook", url: written }
    : { kind: "email", address: written };
}

function modelOf(config: MergedConfig): ModelConfig {
  const model = config.model ?? {};
  return {
    name: model.name ?? config.project_name,
    required: model.required ?? true,
    alias: model.alias,
    metrics: Object.fromEntries(
      Object.entries(model.metrics ?? {}).map(([name, text]) => [name, text.replaceAll(/\s/g, "")]),
    ),
    promoteOnDeploy: model.promote_on_deploy ?? false,
  };
}
