import { sayDuration, sayInstant } from "../duration.ts";
import type { RunSummary } from "../model.ts";
import { escaped } from "./escape.ts";
import type { ReadPart } from "./parts.ts";
import { shownPart } from "./shown-part.ts";
import { pageStyle } from "./style.ts";

/** The run that a report is of. */
export type ReportedRun = Pick<
  RunSummary,
  "run" | "project" | "environment" | "version" | "status" | "startedAt" | "endedAt"
>;

export interface ReportPage {
  readonly run: ReportedRun;
  /** In the order in which they are shown. */
  readonly parts: readonly ReadPart[];
  /** Where a person finds the files: a folder, or an address. */
  readonly place: string;
  /** The schedule's zone; absent: UTC. */
  readonly timezone?: string;
}

/** A page, and which parts it shows. */
export interface MadePage {
  readonly html: string;
  readonly shown: ReadonlySet<ReadPart>;
}

/**
 * A run's report as one file without anything from elsewhere. Nothing that a step wrote runs in it:
 * texts are escaped, pictures are images, and the page forbids scripts.
 */
export function reportPage({ run, parts, place, timezone = "UTC" }: ReportPage): MadePage {
  const shown = new Set<ReadPart>();
  const sections: string[] = [];
  let step: string | undefined;
  for (const part of parts) {
    const html = shownPart(part);
    if (html === undefined) continue;
    if (sections.length === 0 || step !== part.step) {
      step = part.step;
      if (step !== undefined) sections.push(`<h2>${escaped(step)}</h2>`);
    }
    shown.add(part);
    sections.push(section(part, html));
  }
  const left = parts.filter((part) => !shown.has(part));
  const title = `${run.project} · ${run.run}`;
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${escaped(title)}</title>
<style>${pageStyle}</style>
</head>
<body>
<header>
<h1>${escaped(run.project)}</h1>
<p class="facts">${factsOf(run, timezone).map(escaped).join(" · ")}</p>
</header>
<main>
${sections.join("\n")}
${sections.length === 0 ? `<p class="note">No step has added anything that can be shown.</p>` : ""}
</main>
${left.length === 0 ? "" : leftOut(left, place)}
</body>
</html>
`;
  return { html, shown };
}

function factsOf(run: ReportedRun, timezone: string): readonly string[] {
  const status = run.status.toLowerCase().replaceAll("_", " ");
  const took =
    run.endedAt === undefined ? "" : ` after ${sayDuration(run.endedAt - run.startedAt)}`;
  return [
    run.environment,
    ...(run.version === "" ? [] : [`version ${run.version}`]),
    `${status}${took}`,
    sayInstant(run.startedAt, timezone),
    run.run,
  ];
}

function section({ name, item }: ReadPart, html: string): string {
  const of = item === undefined ? "" : ` <span class="item">${escaped(item)}</span>`;
  // A number that the library gave says nothing to anybody.
  const title = name.replace(/(\.vl)?\.[A-Za-z]+$/, "");
  const caption = /^\d+$/.test(title) && item === undefined ? "" : `${escaped(title)}${of}`;
  return `<section>${caption === "" ? "" : `<p class="caption">${caption}</p>`}${html}</section>`;
}

/** By name, with the way to them. */
function leftOut(parts: readonly ReadPart[], place: string): string {
  const rows = parts.map(({ name, step, size }) => {
    const of = step === undefined ? "" : ` of ${step}`;
    return `<li>${escaped(`${name}${of}`)} <span class="item">${escaped(bytesText(size))}</span></li>`;
  });
  const where = place.startsWith("https://")
    ? `<a href="${escaped(place)}" rel="noopener noreferrer">the run's artifacts</a>`
    : `<code>${escaped(place)}</code>`;
  return `<footer><h2>Not shown</h2><p class="note">Too large for this page, or of no kind that it shows. They are in ${where}.</p><ul>${rows.join("")}</ul></footer>`;
}

function bytesText(bytes: number): string {
  if (bytes < 1024) return `${bytes} bytes`;
  const kib = bytes / 1024;
  return kib < 1024 ? `${kib.toFixed(0)} KiB` : `${(kib / 1024).toFixed(1)} MiB`;
}
