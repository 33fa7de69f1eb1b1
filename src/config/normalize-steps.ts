import { camelCased } from "../core/camel-case.ts";
import { stepId, type StepId } from "../core/ids.ts";
import { timeSpanSeconds } from "../core/time-span.ts";
import { DEFAULTS } from "./defaults.ts";
import { itemText } from "./item-text.ts";
import type { ForEach, Step } from "./model.ts";
import { type NotebookCommand, notebookIn, papermillCommand } from "./notebooks.ts";
import type { MergedConfig } from "./overlay.ts";
import type { ProjectFiles } from "./project-files.ts";
import type { RawStep } from "./schema/schema-steps.ts";
import type { WrittenItems } from "./written-items.ts";

/** The steps of a project; a bare `main.py` is one. */
export function stepsOf(config: MergedConfig, files: ProjectFiles, items: WrittenItems): Step[] {
  const written = config.batch?.pipeline?.steps ?? [];
  const steps: readonly RawStep[] =
    written.length === 0 && files.kind("main.py") === "file"
      ? [{ id: "main", command: "python main.py" }]
      : written;
  return steps.map((step, index) => stepOf(step, steps[index - 1], config, items));
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
