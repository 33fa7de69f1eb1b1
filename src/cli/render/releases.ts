import type { ReleaseRecord } from "../../platform/records.ts";
import type { Surroundings } from "./run.ts";
import { table } from "./table.ts";
import { actorText } from "../../core/actor.ts";
import { dateTime } from "./time.ts";

/** What was deployed of a project, newest first: what `releases` shows. */
export function renderReleases(releases: readonly ReleaseRecord[], around: Surroundings): string[] {
  const { style } = around;
  return table(
    releases,
    [
      {
        title: "version",
        cell: ({ document, current }) => `${current ? "▸" : " "} ${document.release.version}`,
        paint: (text, { current }) => (current ? style.bold(text) : text),
      },
      { title: "release", cell: ({ document }) => document.fingerprint.slice(0, 8) },
      { title: "deployed", cell: ({ document }) => dateTime(document.deployedAt, around.offset) },
      { title: "by", cell: ({ document }) => actorText(document.actor), shrinkTo: 12 },
      { title: "commit", cell: ({ document }) => (document.commit ?? "").slice(0, 8), drop: 1 },
      {
        title: "",
        cell: ({ current, rejected }) =>
          rejected ? "rolled back: deploys skip it" : current ? "deployed now" : "",
        paint: (text, { rejected }) => (rejected ? style.yellow(text) : style.green(text)),
      },
    ],
    { style, width: around.width },
  );
}
