import type { BackfillEvent, BackfillItem } from "../../platform/backfill.ts";
import type { DocumentOf } from "../documents/documents.ts";

/** The first line of a backfill's `--json`: what is to be done. */
export function backfillPlanDocument(
  subject: { readonly project: string; readonly environment: string; readonly timezone: string },
  items: readonly BackfillItem[],
): DocumentOf<"backfill-plan"> {
  const { project, environment, timezone } = subject;
  return { type: "plan", project, environment, timezone, items };
}

type Of<Kind extends BackfillEvent["kind"]> = Extract<BackfillEvent, { readonly kind: Kind }>;

/** The line for a run that was begun. */
export function backfillBegunDocument({
  kind: type,
  ...begun
}: Of<"begun">): DocumentOf<"backfill-begun"> {
  return { type, ...begun };
}

/** The line for a run that has ended. */
export function backfillEndedDocument({
  kind: type,
  ...ended
}: Of<"ended">): DocumentOf<"backfill-ended"> {
  return { type, ...ended };
}

/**
 * The last line: how many runs succeeded and failed.
 *
 * @param left how many were never begun
 */
export function backfillEndDocument(
  { succeeded, failed }: { readonly succeeded: number; readonly failed: number },
  left: number,
): DocumentOf<"backfill-end"> {
  return { type: "end", succeeded, failed, left };
}
