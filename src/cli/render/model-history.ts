import { actorText } from "../../core/actor.ts";
import type { ModelEvent } from "../../app/deploy/model-history.ts";
import type { Surroundings } from "./run.ts";
import { table } from "./table.ts";
import { dateTime } from "./time.ts";

/** What became of a project's model, the newest first: what `model history` shows. */
export function renderModelHistory(
  events: readonly ModelEvent[],
  { style, width, offset }: Surroundings,
): string[] {
  const columns = [
    { title: "when", cell: ({ at }: ModelEvent) => dateTime(at, offset) },
    { title: "what", cell: whatText, shrinkTo: 24 },
    {
      title: "release",
      cell: (event: ModelEvent) => (event.kind === "moved" ? "" : event.release.slice(0, 8)),
    },
    {
      title: "runs",
      align: "right" as const,
      cell: (event: ModelEvent) => (event.kind === "moved" ? "" : String(event.runs)),
    },
    {
      title: "last",
      cell: (event: ModelEvent) => (event.kind === "moved" ? "" : (event.lastRun ?? "")),
      drop: 1,
    },
    { title: "by", cell: ({ actor }: ModelEvent) => actorText(actor), shrinkTo: 8 },
  ];
  return table(events, columns, { style, width });
}

function whatText(event: ModelEvent): string {
  if (event.kind === "moved") return event.what;
  const mark = event.current ? "▸ " : "";
  return `${mark}${event.uri === "" ? "deployed without a model" : `deployed with ${event.uri}`}`;
}
