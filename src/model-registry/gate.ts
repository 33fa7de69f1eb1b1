import { ownValue } from "../core/own.ts";
import type { ModelConfig } from "../config/model.ts";
import type { MlflowConfig } from "../config/services.ts";
import type { ModelDecision } from "../platform/plan.ts";
import type { PlatformError } from "../platform/port.ts";
import { meets, parseMetricRule } from "./metric-rule.ts";
import { isIn, type ModelVersion, type Place, placeText, type RunFacts } from "./registry.ts";

/** What is asked for one project. */
export interface ModelQuestion {
  readonly project: string;
  readonly environment: string;
  readonly model: ModelConfig;
  readonly accepts: MlflowConfig["accepts"];
  /** The registry's address, for messages. */
  readonly address: string;
}

/** The version that a deploy may rest on, or why there is none. */
export type Candidate =
  | {
      readonly ok: true;
      readonly version: ModelVersion;
      readonly place: Place;
      readonly promotion: ModelDecision["promotion"];
    }
  | { readonly ok: false; readonly error: PlatformError };

/**
 * Chooses the newest version that is where the environment demands it, and READY. With
 * `promote_on_deploy` an environment that demands Production takes a newer one from Staging too, to
 * be promoted.
 *
 * @param versions undefined when there is no such model
 */
export function chooseVersion(
  question: ModelQuestion,
  versions: readonly ModelVersion[] | undefined,
): Candidate {
  if (versions === undefined) return { ok: false, error: noModel(question) };
  const places = placesOf(question);
  const promotes = promotesFromStaging(question);
  const accepted: readonly Place[] = promotes ? [...places, staging] : places;
  const there = versions
    .flatMap((version) => {
      const place = accepted.find((one) => isIn(version, one));
      return place === undefined ? [] : [{ version, place }];
    })
    .toSorted((a, b) => Number(b.version.version) - Number(a.version.version));
  const found = there.find(({ version }) => version.status === "READY");
  if (found === undefined) {
    const [unready] = there;
    return {
      ok: false,
      error:
        unready === undefined
          ? nowhere(question, accepted, versions)
          : notReady(question, unready.version),
    };
  }
  const { version, place } = found;
  if (!promotes || placeText(place) !== staging.stage) {
    return { ok: true, version, place, promotion: undefined };
  }
  const replaced = versions.find((one) => isIn(one, production));
  const replaces = replaced === undefined ? {} : { replaces: replaced.version };
  return { ok: true, version, place, promotion: { to: production.stage, ...replaces } };
}

/** What is wrong with the metrics of a version's run, if anything. */
export function judgeMetrics(
  { model, project }: Pick<ModelQuestion, "model" | "project">,
  version: ModelVersion,
  run: RunFacts | undefined,
): PlatformError | undefined {
  const name = `version ${version.version} of the model ${version.model}`;
  const rules = Object.entries(model.metrics);
  if (rules.length === 0) return undefined;
  if (run === undefined) {
    return refused(
      `${name} can't be measured: ${version.run === undefined ? "no run made it" : `its run ${version.run} is gone`}`,
      `register a version from a run that logs ${rules.map(([metric]) => metric).join(", ")}, or take model.metrics out of config.yaml of ${project}`,
    );
  }
  const problems = rules.flatMap(([metric, text]) => {
    const value = ownValue(run.metrics, metric);
    if (value === undefined) return [`has no metric ${metric}, which must be ${text.trim()}`];
    return meets(parseMetricRule(text), value)
      ? []
      : [`has ${metric} ${value}, which must be ${text.trim()}`];
  });
  if (problems.length === 0) return undefined;
  return refused(
    `${name} ${problems.join(" and ")}`,
    "register a better version, or correct model.metrics in config.yaml",
  );
}

/** Why checks of the run that made a version keep it from being promoted, if any does. */
export function judgeChecks(
  version: ModelVersion,
  run: RunFacts | undefined,
): PlatformError | undefined {
  if (run?.blocked === undefined) return undefined;
  const { madeBy } = run;
  const by = madeBy === undefined ? "" : ` by run ${madeBy.run} in ${madeBy.environment}`;
  return refused(
    `version ${version.version} of the model ${version.model} was made${by}, whose checks keep it from being promoted: ${run.blocked.join("; ")}`,
    "promote another version, or correct the data or the rule under checks in config.yaml and train again",
  );
}

/** The warning of a field that does nothing here. */
export function fieldWarnings({ model, accepts, environment }: ModelQuestion): readonly string[] {
  if (!model.promoteOnDeploy || (model.alias === undefined && !("alias" in accepts))) return [];
  return [
    `model.promote_on_deploy does nothing in ${environment}: it goes by an alias, and only stages are promoted by deploys`,
  ];
}

const production = { kind: "stage", stage: "Production" } as const;
const staging = { kind: "stage", stage: "Staging" } as const;

/** What is demanded; the project's own alias goes over what the environment accepts. */
export function placesOf({
  model,
  accepts,
}: Pick<ModelQuestion, "model" | "accepts">): readonly Place[] {
  const alias = model.alias ?? ("alias" in accepts ? accepts.alias : undefined);
  if (alias !== undefined) return [{ kind: "alias", alias }];
  return "stages" in accepts ? accepts.stages.map((stage) => ({ kind: "stage", stage })) : [];
}

function promotesFromStaging(question: ModelQuestion): boolean {
  const places = new Set(placesOf(question).map(placeText));
  return question.model.promoteOnDeploy && places.has("Production") && !places.has("Staging");
}

function noModel({ model, environment, address, project }: ModelQuestion): PlatformError {
  return refused(
    `there is no model ${model.name} in MLflow at ${address}, and ${environment} asks for it`,
    `register it, or say in config.yaml of ${project} that it has none: \`model: {required: false}\``,
  );
}

function nowhere(
  { model, environment, project }: ModelQuestion,
  accepted: readonly Place[],
  versions: readonly ModelVersion[],
): PlatformError {
  const wanted = accepted.map(placeText).join(" or ");
  const [newest] = versions;
  if (newest === undefined) {
    return refused(
      `the model ${model.name} has no version, and ${environment} asks for one in ${wanted}`,
      "register one, and promote it with `esteira model promote`",
    );
  }
  const to = accepted[0];
  const target = to === undefined ? "Production" : placeText(to);
  return refused(
    `no version of the model ${model.name} is in ${wanted}, which ${environment} asks for; the newest, ${newest.version}, is in ${whereIs(newest)}`,
    `\`esteira model promote ${project} --version ${newest.version} --to ${target} -e ${environment}\` puts it there`,
  );
}

/** `Staging`, `Staging and @challenger`, `no stage`. */
export function whereIs({ stage, aliases }: ModelVersion): string {
  const places = [
    ...(stage === "None" || stage === "" ? [] : [stage]),
    ...aliases.map((alias) => `@${alias}`),
  ];
  return places.length === 0 ? "no stage" : places.join(" and ");
}

function notReady({ model }: ModelQuestion, version: ModelVersion): PlatformError {
  const why = version.statusMessage === undefined ? "" : `: ${version.statusMessage}`;
  return refused(
    `version ${version.version} of the model ${model.name} is in ${whereIs(version)} and is not ready (${version.status}${why})`,
    "wait until its registration is done, or register it again",
  );
}

function refused(message: string, help: string): PlatformError {
  return { reason: "refused", message, help };
}
