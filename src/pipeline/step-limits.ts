import type { Step } from "../config/model.ts";
import type { Json } from "../core/json.ts";
import { partsOfTimed, timedCommand } from "./command.ts";
import { expression, quote, type QueryLanguage } from "./jsonata.ts";
import { escapePlaceholders } from "./placeholder.ts";
import { attemptSeconds, START_SECONDS } from "./time-limits.ts";

/**
 * What bounds a step's Task: what the step declares, unless the run's input has something else for
 * it (`resume --memory`, `--timeout`). JSONPath has no expression for that, so a state in it has
 * what is declared.
 */
export function stepLimits(
  step: Step,
  language: QueryLanguage,
  inHelper: boolean,
): { readonly timeoutSeconds: Json; readonly memory: Json; readonly command: Json } {
  const memory = Math.round(step.resources.memoryGb * 1024);
  const command = timedCommand(step.command, step.timeoutSeconds, inHelper);
  if (language === "JSONPath") {
    return { timeoutSeconds: attemptSeconds(step), memory, command: escapePlaceholders(command) };
  }
  const seconds = override(step, "timeout_seconds");
  const [before, after] = partsOfTimed(step.command, inHelper);
  return {
    timeoutSeconds: expression(given(seconds, `$given + ${START_SECONDS}`, attemptSeconds(step))),
    memory: expression(given(override(step, "memory_gb"), "$round($given * 1024)", memory)),
    command: expression(
      `${quote(before)} & $string(${given(seconds, "$given", step.timeoutSeconds)}) & ${quote(after)}`,
    ),
  };
}

/** The prologue's variable: the input's overrides by step, where there are any. */
export const OVERRIDES = "run_overrides";

function override(step: Step, field: string): string {
  return `$lookup($${OVERRIDES}, ${quote(step.id)}).${field}`;
}

function given(value: string, use: string, otherwise: number): string {
  return `($given := ${value}; $type($given) = "number" ? ${use} : ${otherwise})`;
}
