import type { ConsoleDocument } from "../../../src/app/documents/console.ts";
import { parameter } from "../../app/location.ts";
import type { LogOf } from "../log/log-lines.ts";
import { byUrgency, useItems } from "./run-items.ts";

export type RunDocument = ConsoleDocument<"run">;
export type GanttStep = RunDocument["steps"][number];

/** Which log is shown. */
export interface ChosenLog {
  readonly of: LogOf | undefined;
  /** Another key is another log. */
  readonly key: string;
  /** It ended badly: it is opened at its first error. */
  readonly isFailure: boolean;
  /** Which one it is isn't known yet. */
  readonly waiting: boolean;
}

/**
 * The log that the address names with `step`, `item` and `try`; without them that of the step which
 * the diagnosis is about, of the one that runs, or of the last one that did.
 */
export function useLog(environment: string, about: RunDocument | undefined): ChosenLog {
  const step = about === undefined ? undefined : (named(about) ?? telling(about));
  const isMap = step !== undefined && step.items !== null;
  const item = wholeNumber("item");
  const look = isMap && item === undefined && about !== undefined;
  const items = useItems(environment, about?.run.run ?? "", look ? step.id : undefined);
  const none = { of: undefined, key: "", isFailure: false };
  if (about === undefined || step === undefined) return { ...none, waiting: about === undefined };
  const begun = isMap ? (step.items?.total ?? 0) > 0 : step.attempts.length > 0;
  if (!begun) return { ...none, waiting: false };
  const attempt = wholeNumber("try");
  const first = items.all === undefined ? undefined : byUrgency(items.all)[0]?.item;
  if (look && first === undefined) return { ...none, waiting: items.all === undefined };
  const of: LogOf = {
    environment,
    run: about.run.run,
    step: step.id,
    attempt,
    item: isMap ? (item ?? first) : undefined,
  };
  return {
    of,
    key: [of.run, of.step, of.attempt, of.item].join(" "),
    isFailure: ["failed", "timed_out"].includes(step.status),
    waiting: false,
  };
}

function named({ steps }: RunDocument): GanttStep | undefined {
  const id = parameter("step");
  return steps.find((step) => step.id === id);
}

/** The step whose log says most. */
function telling({ steps, diagnosis }: RunDocument): GanttStep | undefined {
  const blamed = diagnosis?.step?.replace(/\[.*$/, "");
  const last = steps.findLast(({ status }) => !["pending", "skipped"].includes(status));
  return (
    steps.find(({ id }) => id === blamed) ??
    steps.find(({ status }) => ["failed", "timed_out"].includes(status)) ??
    steps.find(({ status }) => status === "running") ??
    last
  );
}

function wholeNumber(name: string): number | undefined {
  const text = parameter(name);
  return text !== undefined && /^\d{1,7}$/.test(text) ? Number(text) : undefined;
}
