import type { Problem } from "../problem.ts";
import type { RawConfig } from "../schema/schema.ts";
import { didYouMean } from "../suggest.ts";

/** An overlay for an environment that doesn't exist is never used. */
export function overlaysAreForEnvironments(
  config: RawConfig,
  environments: readonly string[],
): Problem[] {
  return Object.keys(config.environments ?? {})
    .filter((name) => !environments.includes(name))
    .map((name) => ({
      code: "config/unknown-environment",
      path: ["environments", name],
      at: "key" as const,
      message: `there is no environment "${name}" in this workspace`,
      help: didYouMean(name, environments),
    }));
}

/**
 * Overlays change steps, they don't add any: a step that is missing in one environment would make
 * its history unlike the others'.
 */
export function overlayStepsExist(config: RawConfig): Problem[] {
  const ids = (config.batch?.pipeline?.steps ?? []).map((step) => step.id);
  return Object.entries(config.environments ?? {}).flatMap(([name, overlay]) =>
    (overlay.batch?.pipeline?.steps ?? []).flatMap((step, index): Problem[] =>
      ids.includes(step.id)
        ? []
        : [
            {
              code: "config/unknown-step",
              path: ["environments", name, "batch", "pipeline", "steps", index, "id"],
              message: `the overlay of ${name} changes step "${step.id}", which is not a step of this pipeline`,
              help: didYouMean(step.id, ids),
            },
          ],
    ),
  );
}
