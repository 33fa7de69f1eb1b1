import type { AuditRecord } from "../../platform/records.ts";
import type { Surroundings } from "./run.ts";
import { table } from "./table.ts";
import { actorText } from "../../core/actor.ts";
import { dateTime } from "./time.ts";

/** Who did what, newest first: what `audit` shows. */
export function renderAudit(entries: readonly AuditRecord[], around: Surroundings): string[] {
  const { style } = around;
  return table(
    entries,
    [
      { title: "when", cell: ({ at }) => dateTime(at, around.offset) },
      { title: "who", cell: ({ actor }) => actorText(actor), shrinkTo: 12 },
      { title: "did", cell: ({ action }) => action },
      { title: "project", cell: ({ project }) => project ?? "" },
      {
        title: "what",
        cell: ({ summary, subject }) => subject ?? summaryText(summary ?? {}),
        shrinkTo: 16,
        drop: 2,
      },
      { title: "commit", cell: ({ commit }) => (commit ?? "").slice(0, 8), drop: 3 },
      {
        title: "outcome",
        cell: ({ outcome }) => outcome ?? "",
        paint: (text, { outcome }) =>
          outcome === "failed" || outcome === "interrupted" ? style.red(text) : style.green(text),
      },
      {
        title: "why",
        cell: ({ error, reason }) => error ?? reason ?? "",
        shrinkTo: 16,
        drop: 1,
        paint: style.dim,
      },
    ],
    { style, width: around.width },
  );
}

/** `9 create, 1 update` */
function summaryText(summary: Readonly<Record<string, number>>): string {
  return Object.entries(summary)
    .filter(([action, number]) => action !== "unchanged" && number > 0)
    .map(([action, number]) => `${number} ${action}`)
    .join(", ");
}
