import { lastStep } from "../config/checks.ts";
import type { Environment, Project, Step } from "../config/model.ts";
import { usesCache, usesOutputs } from "../config/outputs.ts";
import { fingerprintOf } from "../core/json.ts";
import { OUTPUTS_VARIABLE } from "../core/step-helper.ts";

/**
 * What the helper that steps run in knows of them, as the variable that each gets; empty where a
 * project doesn't use outputs. JSON by step: the steps right before it, its outputs, which inputs
 * it takes, whether it runs once an item, and the lists that later steps run over. On AWS also
 * where the artifacts' bucket is. Where steps have `cache`, what their outputs depend on: a hash of
 * the code and of the command, and the names of variables. Where metrics are checked, the checks,
 * and the step that sees what nobody has measured.
 */
export function outputsVariable(
  { steps, checks, name, runtime }: Project,
  environment: Environment,
  code: {
    readonly sourceHash: string;
    /** Names of those that every step has. */
    readonly variables: readonly string[];
  },
): Readonly<Record<string, string>> {
  if (!usesOutputs(steps)) return {};
  const common = { code: code.sourceHash, variables: cachedVariables(code.variables) };
  const secrets = Object.keys(runtime.secrets);
  const sheet = {
    ...(environment.platform === "aws"
      ? { region: environment.region, endpoint: environment.endpointUrl }
      : {}),
    ...(usesCache(steps) ? { cache: common } : {}),
    ...(checks === undefined
      ? {}
      : { project: name, environment: environment.name, checks, last: lastStep(steps) }),
    steps: Object.fromEntries(
      steps.map((step) => {
        const { id, dependsOn, outputs, inputs, forEach } = step;
        const lists = steps.flatMap(({ forEach: each }) =>
          each?.kind === "artifact" && each.step === id ? [each.file] : [],
        );
        return [
          id,
          {
            after: orNothing(dependsOn),
            outputs: orNothing(outputs),
            inputs,
            items: forEach === undefined ? undefined : true,
            lists: orNothing([...new Set(lists)]),
            cache: cacheSheet(step, secrets),
          },
        ];
      }),
    ),
  };
  return { [OUTPUTS_VARIABLE]: JSON.stringify(sheet) };
}

/** What the helper needs of a step to know an equal one by; undefined where it has no `cache`. */
function cacheSheet(step: Step, secrets: readonly string[]) {
  const { cache, command, environmentVariables } = step;
  if (cache === undefined) return undefined;
  const scheduled = SCHEDULED_VARIABLES.filter((name) => command.includes(name));
  const variables = cachedVariables([...Object.keys(environmentVariables), ...scheduled]);
  return { command: commandHash(step, secrets), ttl: cache.ttlSeconds, variables };
}

/**
 * The time and the date that a run is for. A command that names one depends on it; any other would
 * miss each day for nothing.
 */
export const SCHEDULED_VARIABLES = ["ESTEIRA_SCHEDULED_TIME", "ESTEIRA_SCHEDULED_DATE"] as const;

/**
 * What an entry of the cache has as its command: a hash of the line with all that `config.yaml`
 * says of what it leaves and what it gets. `.dockerignore` may leave that file out of the code.
 *
 * @param secrets names of the variables that hold them; values count by no means
 */
export function commandHash(
  { command, outputs = [], resources }: Pick<Step, "command" | "outputs" | "resources">,
  secrets: readonly string[],
): string {
  return fingerprintOf([command, outputs, resources, secrets.toSorted()]);
}

/** Which model a step is given counts as well. */
function cachedVariables(names: readonly string[]): readonly string[] {
  return [...new Set([...names, "ESTEIRA_MODEL_URI"])].toSorted();
}

function orNothing(texts: readonly string[] | undefined): readonly string[] | undefined {
  return texts?.length === 0 ? undefined : texts;
}
