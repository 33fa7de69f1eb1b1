import type { Page } from "../../platform/page.ts";
import type { CostEstimate } from "../../runs/cost/estimate.ts";
import { shownRecipients, type Delivery } from "../../runs/delivery.ts";
import type { RunSummary } from "../../runs/model.ts";
import type { DocumentOf } from "../documents/documents.ts";
import type { RunReading } from "./read-run.ts";

/**
 * A run as `--json` gives it: the summary, its steps as the history gives them, the diagnosis, and
 * on AWS what it cost.
 */
export function runDocument(
  { run, view, diagnosis, deliveries, hold }: RunReading,
  cost: CostEstimate | undefined,
): DocumentOf<"run"> {
  return {
    run,
    input: view.input,
    output: view.output,
    error: view.error,
    cause: view.cause,
    steps: view.steps,
    diagnosis,
    deliveries: deliveryDocuments(deliveries),
    cost,
    hold,
  };
}

/**
 * The last line of a run that was followed.
 *
 * @param startsNothing runs that follow it and were started before, by another success
 */
export function runEndDocument(
  reading: RunReading,
  cost: CostEstimate | undefined,
  startsNothing: readonly string[],
): DocumentOf<"run-end"> {
  return { type: "run", ...runDocument(reading, cost), startsNothing };
}

/** A run that continues by itself, as `--json` gives it. */
export function startedDocument(
  run: string,
  { project, environment }: { readonly project: string; readonly environment: string },
): DocumentOf<"started"> {
  return { run, project, environment };
}

/** A run that was stopped, or whose held steps were given up, as `--json` gives it. */
export function stoppedDocument({
  run,
  status,
}: Pick<RunSummary, "run" | "status">): DocumentOf<"stopped"> {
  return { run, status };
}

/** Runs of an environment, as `--json` gives them. */
export function runsDocument(
  environment: string,
  { items, next }: Page<RunSummary>,
): DocumentOf<"runs"> {
  return { environment, runs: items, more: next !== undefined };
}

/** How those who are to be notified stand, as `--json` gives it. */
export function deliveriesDocument(
  environment: string,
  deliveries: readonly Delivery[],
): DocumentOf<"deliveries"> {
  return { environment, deliveries: deliveryDocuments(deliveries) };
}

/** Those who are to be notified of a run. */
export function deliveryDocuments(
  deliveries: readonly Delivery[],
): DocumentOf<"deliveries">["deliveries"] {
  const shown = shownRecipients(deliveries.map(({ recipient }) => recipient));
  return deliveries.map((delivery, index) => ({
    ...delivery,
    recipient: shown[index] ?? delivery.recipient,
  }));
}
