import type { Page } from "../../platform/page.ts";
import type { CostEstimate } from "../../runs/cost/estimate.ts";
import { shownRecipient, type Delivery } from "../../runs/delivery.ts";
import type { RunSummary } from "../../runs/model.ts";
import type { DocumentOf } from "../documents/documents.ts";
import type { RunReading } from "./read-run.ts";

/**
 * A run as `--json` gives it: the summary, its steps as the history gives them, the diagnosis, and
 * on AWS what it cost.
 */
export function runDocument(
  { run, view, diagnosis, deliveries }: RunReading,
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
    deliveries: deliveries.map(deliveryDocument),
    cost,
  };
}

/** The last line of a run that was followed. */
export function runEndDocument(
  reading: RunReading,
  cost: CostEstimate | undefined,
): DocumentOf<"run-end"> {
  return { type: "run", ...runDocument(reading, cost) };
}

/** A run that continues by itself, as `--json` gives it. */
export function startedDocument(
  run: string,
  { project, environment }: { readonly project: string; readonly environment: string },
): DocumentOf<"started"> {
  return { run, project, environment };
}

/** A run that was stopped, as `--json` gives it. */
export function stoppedDocument(run: string): DocumentOf<"stopped"> {
  return { run, status: "ABORTED" };
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
  return { environment, deliveries: deliveries.map(deliveryDocument) };
}

/** Somebody who is to be notified of a run. */
function deliveryDocument(delivery: Delivery): DocumentOf<"deliveries">["deliveries"][number] {
  return { ...delivery, recipient: shownRecipient(delivery.recipient) };
}
