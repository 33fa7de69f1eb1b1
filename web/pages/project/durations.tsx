import "./durations.css";
import type { ConsoleDocument } from "../../../src/app/documents/console.ts";
import { addressFor } from "../../api/api.ts";
import { useDocument } from "../../api/documents.ts";
import { Shown } from "../../parts/states.tsx";
import { span } from "../../words/format.ts";
import type { PartProperties } from "./about.ts";
import { DurationChart } from "./duration-chart.tsx";
import type { Series } from "./series.ts";
import { projectWords } from "./words.ts";

type DurationsDocument = ConsoleDocument<"durations">;

/** Steps that have a colour; the others are one. */
const most = 4;

/** Durations by step of the last 60 runs: does it become slower, and which step does? */
export function Durations({ environment, about: { project } }: PartProperties) {
  const document = useDocument(addressFor("durations", { env: environment, project }), [
    `fleet:${environment}`,
  ]);
  const words = projectWords();
  const { value } = document;
  if (value?.runs.length === 0) return null;
  const series = value === undefined ? [] : seriesOf(value);
  const usual = value === undefined ? "" : span(usualOf(value));
  return (
    <section class="section durations">
      <header>
        <h2>{words.durations(value?.runs.length ?? 60)}</h2>
        {usual !== "" && <span class="dim">{words.usually(usual)}</span>}
        <ul class="keys4 push">
          {series.map(({ name, colour }) => (
            <li key={name}>
              <i style={{ background: `var(${colour})` }} />
              {name}
            </li>
          ))}
        </ul>
      </header>
      <Shown document={document} rows={7}>
        {(durations) => (
          <DurationChart
            environment={environment}
            runs={durations.runs.map(({ run }) => run)}
            series={series}
            label={words.chart(durations.runs.length, usual)}
          />
        )}
      </Shown>
    </section>
  );
}

function seriesOf({ steps, runs }: DurationsDocument): readonly Series[] {
  const total = (step: string): number =>
    runs.reduce((sum, { steps: by }) => sum + (by[step] ?? 0), 0);
  const longest = steps.toSorted((a, b) => total(b) - total(a));
  const shown = longest.slice(0, longest.length === most + 1 ? most + 1 : most);
  const others = longest.slice(shown.length);
  const series = shown.map((step, index) => ({
    name: step,
    colour: `--d${index + 1}`,
    values: runs.map(({ steps: by }) => by[step] ?? 0),
  }));
  if (others.length === 0) return series;
  const rest = runs.map(({ steps: by }) => others.reduce((sum, step) => sum + (by[step] ?? 0), 0));
  return [...series, { name: projectWords().otherSteps, colour: "--d5", values: rest }];
}

/** The median of the runs that succeeded, in milliseconds. */
function usualOf({ runs }: DurationsDocument): number {
  const took = runs
    .filter(({ run }) => run.status === "SUCCEEDED" && run.endedAt !== null)
    .map(({ run }) => (run.endedAt ?? 0) - run.startedAt)
    .toSorted((a, b) => a - b);
  return took[Math.floor(took.length / 2)] ?? 0;
}
