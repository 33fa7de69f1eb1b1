import { exists } from "./yaml/positions.ts";
import type { Path } from "./problem.ts";
import type { RawConfig, RawOverlay } from "./schema/schema.ts";
import type { RawStep } from "./schema/schema-steps.ts";
import type { YamlSource } from "./yaml/yaml-source.ts";

/** A config with one environment's overlay applied. */
export type MergedConfig = Omit<RawConfig, "environments">;

/**
 * Lays the environment's partial config over the rest: fields replace fields, lists replace lists,
 * names are added to names; steps are matched by their id, and `for_each` is replaced whole because
 * its two ways exclude each other. Without an overlay it is the very same object, whatever the
 * environment.
 */
export function withOverlay(config: RawConfig, environment: string): MergedConfig {
  const { environments, ...base } = config;
  const overlay = overlayOf(environments, environment);
  if (!overlay) return config;
  const { batch, ...rest } = overlay;
  const merged = merge(base, rest);
  if (!batch) return merged;
  const { pipeline, ...batchRest } = batch;
  const steps = mergeSteps(base.batch?.pipeline?.steps, pipeline?.steps);
  return {
    ...merged,
    batch: {
      ...merge(base.batch ?? {}, batchRest),
      pipeline: {
        ...base.batch?.pipeline,
        ...(pipeline?.definition === undefined ? {} : { definition: pipeline.definition }),
        ...(steps === undefined ? {} : { steps }),
      },
    },
  };
}

function overlayOf(environments: RawConfig["environments"], name: string): RawOverlay | undefined {
  return environments && Object.hasOwn(environments, name) ? environments[name] : undefined;
}

type OverlayStep = NonNullable<
  NonNullable<NonNullable<RawOverlay["batch"]>["pipeline"]>["steps"]
>[number];

function mergeSteps(
  base: readonly RawStep[] | undefined,
  overlay: readonly OverlayStep[] | undefined,
): RawStep[] | undefined {
  if (!overlay) return base ? [...base] : undefined;
  return base?.map((step) => {
    const over = overlay.find((other) => other.id === step.id);
    if (!over) return step;
    const merged = merge(step, over);
    return over.for_each ? { ...merged, for_each: over.for_each } : merged;
  });
}

function merge<Base extends object>(base: Base, over: object): Base {
  const result: Record<string, unknown> = Object.fromEntries(Object.entries(base));
  for (const [key, value] of Object.entries(over)) {
    if (value === undefined) continue;
    const before = Object.hasOwn(result, key) ? result[key] : undefined;
    result[key] = isFields(before) && isFields(value) ? merge(before, value) : value;
  }
  return result as Base;
}

function isFields(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Where a value of the merged config was written: in the environment's overlay, or else in the
 * rest.
 */
export function writtenAt(
  source: YamlSource,
  config: RawConfig,
  environment: string,
  path: Path,
): Path {
  const overlay = overlayOf(config.environments, environment);
  if (!overlay) return path;
  const inside = [...path];
  if (path[0] === "batch" && path[1] === "pipeline" && path[2] === "steps" && path.length > 3) {
    const id = config.batch?.pipeline?.steps?.[Number(path[3])]?.id;
    const index = overlay.batch?.pipeline?.steps?.findIndex((step) => step.id === id) ?? -1;
    if (index === -1) return path;
    inside[3] = index;
  }
  const candidate = ["environments", environment, ...inside];
  return exists(source, candidate) ? candidate : path;
}
