import type { CostEstimate } from "../../runs/cost/estimate.ts";
import { shownRecipient, type Delivery } from "../../runs/delivery.ts";
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

type DeliveryDocument = DocumentOf<"deliveries">["deliveries"][number];

/** Somebody who is to be notified of a run, as `--json` gives it. */
export function deliveryDocument(delivery: Delivery): DeliveryDocument {
  return { ...delivery, recipient: shownRecipient(delivery.recipient) };
}
