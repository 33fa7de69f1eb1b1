import type { AfterRule } from "../schedule/after.ts";
import { camelCased } from "../core/camel-case.ts";
import { fingerprintOf } from "../core/json.ts";
import { projectName, stepId, type StepId } from "../core/ids.ts";
import { timeSpanSeconds } from "../core/time-span.ts";
import { parseCron } from "../schedule/cron.ts";
import { checksOf } from "./checks.ts";
import { dependencyFiles } from "./dependency-files.ts";
import { DEFAULTS } from "./defaults.ts";
import { itemText } from "./item-text.ts";
import { readJsonObject } from "./yaml/json-source.ts";
import type {
  ComputeConfig,
  Environment,
  ForEach,
  ModelConfig,
  OwnDefinition,
  Parameter,
  Project,
  Recipient,
  RuntimeConfig,
  ScheduleConfig,
  SecretReference,
  Step,
} from "./model.ts";
import type { MergedConfig } from "./overlay.ts";
import { type NotebookCommand, notebookIn, papermillCommand } from "./notebooks.ts";
import type { ProjectFiles } from "./project-files.ts";
import type { RawAfter } from "./schema/schema-starts.ts";
import type { RawStep } from "./schema/schema-steps.ts";
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
    schedule: scheduleOf(config),
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

function scheduleOf(config: MergedConfig): ScheduleConfig | undefined {
  const schedule = config.schedule;
  if (schedule?.cron === undefined && schedule?.after === undefined) return undefined;
  return {
    enabled: schedule.enabled ?? true,
    ...(schedule.cron === undefined ? {} : { cron: cronText(schedule.cron) }),
    ...(schedule.after === undefined ? {} : { after: afterOf(schedule.after) }),
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

function stepsOf(config: MergedConfig, files: ProjectFiles, items: WrittenItems): Step[] {
  const written = config.batch?.pipeline?.steps ?? [];
  const steps: readonly RawStep[] =
    written.length === 0 && files.kind("main.py") === "file"
      ? [{ id: "main", command: "python main.py" }]
      : written;
  return steps.map((step, index) => stepOf(step, steps[index - 1], config, items));
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

function stepOf(
  step: RawStep,
  before: RawStep | undefined,
  config: MergedConfig,
  items: WrittenItems,
): Step {
  const sequence: StepId[] = before ? [stepId(before.id)] : [];
  const {
    id,
    name = id,
    depends_on: dependsOn,
    resources,
    timeout_seconds: timeoutSeconds,
    retries,
    retry,
    env_vars: environmentVariables = {},
    for_each: forEach,
    cache,
    ...others
  } = step;
  const notebook = notebookIn(step.command);
  return {
    ...camelCased(others),
    ...(notebook === undefined ? {} : runningNotebook(notebook, step, config)),
    ...(config.checks === undefined ? {} : keepingMetrics(step)),
    id: stepId(id),
    name,
    dependsOn: dependsOn ? [...new Set(dependsOn)].map(stepId) : sequence,
    resources: {
      cpu: resources?.cpu ?? DEFAULTS.cpu,
      memoryGb: resources?.memory_gb ?? DEFAULTS.memoryGb,
      gpu: resources?.gpu ?? DEFAULTS.gpu,
    },
    timeoutSeconds: timeoutSeconds ?? config.schedule?.timeout_seconds ?? DEFAULTS.timeoutSeconds,
    retries: retries ?? config.schedule?.retries ?? DEFAULTS.retries,
    retry: {
      intervalSeconds: retry?.interval_seconds ?? DEFAULTS.retry.intervalSeconds,
      backoffRate: retry?.backoff_rate ?? DEFAULTS.retry.backoffRate,
      maxIntervalSeconds:
        retry?.max_interval_seconds ??
        Math.max(DEFAULTS.retry.maxIntervalSeconds, retry?.interval_seconds ?? 0),
    },
    ...patienceOf(config),
    environmentVariables,
    forEach: forEachOf(forEach, items),
    ...cacheOf(cache),
  };
}

/** Absent where it is off. */
function cacheOf(cache: RawStep["cache"]): Pick<Step, "cache"> {
  if (cache === undefined || cache === false) return {};
  const ttlSeconds =
    cache === true || cache.ttl === undefined ? undefined : timeSpanSeconds(cache.ttl);
  return { cache: ttlSeconds === undefined ? {} : { ttlSeconds } };
}

/** A step that runs a notebook leaves the executed one, so that it keeps what it leaves. */
function runningNotebook(
  notebook: NotebookCommand,
  { outputs = [] }: RawStep,
  { params = {} }: MergedConfig,
): Pick<Step, "command" | "outputs"> {
  return { command: papermillCommand(notebook, Object.keys(params)), outputs };
}

/** A metric is looked at where the step's outputs are kept. */
function keepingMetrics({ outputs = [] }: RawStep): Pick<Step, "outputs"> {
  return { outputs };
}

/** Absent where nobody wrote it: a field that isn't used is in no release. */
function patienceOf({
  infra,
}: MergedConfig): Pick<Step, "lostInstanceRetries" | "capacityWaitHours"> {
  const { lost_instance_retries: lost, capacity_wait_hours: hours } = infra?.compute ?? {};
  return {
    ...(lost === undefined ? {} : { lostInstanceRetries: lost }),
    ...(hours === undefined ? {} : { capacityWaitHours: hours }),
  };
}

function forEachOf(forEach: RawStep["for_each"], written: WrittenItems): ForEach | undefined {
  if (!forEach) return undefined;
  const maxConcurrency = forEach.max_concurrency ?? DEFAULTS.maxConcurrency;
  if (forEach.from === undefined) {
    const { items = [] } = forEach;
    return { kind: "items", items: written.get(items) ?? items.map(itemText), maxConcurrency };
  }
  const slash = forEach.from.indexOf("/");
  return {
    kind: "artifact",
    step: stepId(slash === -1 ? "" : forEach.from.slice(0, slash)),
    file: forEach.from.slice(slash + 1),
    maxConcurrency,
    ...(forEach.max_items === undefined ? {} : { maxItems: forEach.max_items }),
  };
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
