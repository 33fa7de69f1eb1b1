import type { UpEvent } from "../../platform/roles/up-events.ts";
import type { DocumentOf } from "../documents/documents.ts";

/** What `up` reports, as a line of `--json`. */
export function upDocument(environment: string, event: UpEvent): DocumentOf<"up"> {
  return { type: "event", environment, ...event };
}
