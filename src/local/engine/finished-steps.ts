import { type HistoryEvent, textOf } from "../../core/history.ts";
import type { Deploy } from "../store/deployments.ts";

/** Steps that have succeeded, by id. */
export function finishedSteps(history: readonly HistoryEvent[], deploy: Deploy): string[] {
  const exited = new Set(
    history
      .filter((event) => event.type === "TaskStateExited" || event.type === "MapStateExited")
      .map((event) => textOf(event.details, "name")),
  );
  return deploy.release.steps.map((step) => step.id).filter((id) => exited.has(id));
}
