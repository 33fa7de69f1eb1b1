import { holdCommands } from "../../app/runs/hold-commands.ts";
import type { RunSummary, StepHold } from "../../runs/model.ts";
import type { Style } from "./style.ts";
import { wrap } from "./text.ts";
import { dateTime, zoneName, type UtcOffset } from "./time.ts";

interface Around {
  readonly style: Style;
  readonly width: number;
  readonly offset: UtcOffset;
}

/** `held until 2026-01-31 03:30:00 UTC`. */
export function heldUntil({ until }: StepHold, { offset }: Pick<Around, "offset">): string {
  return `held until ${dateTime(until, offset)} ${zoneName(until, offset)}`;
}

/** Until when the places of failed steps are held, how to enter them, and how to end that. */
export function renderHold(
  run: RunSummary,
  hold: StepHold | undefined,
  around: Around,
): readonly string[] {
  if (hold === undefined) return [];
  const { style, width } = around;
  const names = hold.steps.map(({ step, item }) =>
    item === undefined ? step : `${step} (item ${item})`,
  );
  const are = names.length === 1 ? "is" : "are";
  const text = `What ${names.join(", ")} left ${are} ${heldUntil(hold, around)}.`;
  return [
    ...wrap(text, width - 2).map((line) => `  ${line}`),
    ...holdCommands(run, hold).map((command) => `  ${style.dim("$")} ${command}`),
  ];
}
