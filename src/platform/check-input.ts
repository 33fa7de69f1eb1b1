import { err, ok, type Result } from "../core/result.ts";
import type { Release } from "../release/release.ts";
import type { RunInput } from "../runs/model.ts";
import { wrongOverride } from "./check-overrides.ts";
import { tooLargeInput } from "./input-limits.ts";
import type { PlatformError } from "./port.ts";

/**
 * Whether a release can be run with this input: it has something to run, the steps and parameters
 * that are named, and room for their values.
 */
export function checkInput(release: Release, input: RunInput): Result<void, PlatformError> {
  const { project, definition, steps, parameters } = release;
  if (definition === undefined) {
    return err({
      reason: "refused",
      message: `${project} has no steps to run`,
      help: "Give it steps, or a main.py, and enable `batch`; then deploy it again.",
      resource: project,
    });
  }
  const ids = new Set<string>(steps.map((step) => step.id));
  const overridden = Object.keys(input.overrides ?? {});
  const unknownStep = [...input.only, ...input.skip, ...overridden].find((id) => !ids.has(id));
  if (unknownStep !== undefined) {
    return err({
      reason: "invalid",
      message: `${project} has no step ${unknownStep}`,
      help: `Its steps: ${[...ids].join(", ")}.`,
      resource: project,
    });
  }
  const names = new Set(parameters.map(({ name }) => name));
  const unknown = Object.keys(input.params).find((name) => !names.has(name));
  if (unknown === undefined) {
    const wrong =
      unspeakable(release, input) ?? tooLargeInput(release, input) ?? wrongOverride(release, input);
    return wrong === undefined ? ok(undefined) : err(wrong);
  }
  return err({
    reason: "invalid",
    message: `${project} has no parameter ${unknown}`,
    help: names.size === 0 ? "It has no parameters." : `Its parameters: ${[...names].join(", ")}.`,
    resource: project,
  });
}

/** A value ends at a NUL character for Linux, so that no process can be started with it. */
function unspeakable({ project }: Release, { params }: RunInput): PlatformError | undefined {
  const [name] = Object.entries(params).find(([, value]) => value.includes("\0")) ?? [];
  if (name === undefined) return undefined;
  return {
    reason: "invalid",
    message: `the value of ${name} has a NUL character, which no variable of a step can hold`,
    help: "Give it without.",
    resource: project,
  };
}
