import type { RunView } from "../../runs/model.ts";

/** The same for the same attempt of a step, whatever speaks of it: a line, an event, the run. */
export function attemptKey(of: {
  readonly step: string;
  readonly item: number | undefined;
  readonly attempt: number;
}): string {
  return `${of.step}/${of.item ?? ""}/${of.attempt}`;
}

/** The keys of the attempts that have begun. */
export function startedAttempts(view: RunView): ReadonlySet<string> {
  return new Set(
    view.steps.flatMap(({ id, attempts }) =>
      attempts
        .filter(({ startedAt, endedAt }) => startedAt !== undefined || endedAt !== undefined)
        .map(({ item, number }) => attemptKey({ step: id, item, attempt: number })),
    ),
  );
}
