import { addressFor } from "../../api/api.ts";
import { useDocument } from "../../api/documents.ts";
import { addressOf } from "../../app/addresses.ts";
import { Shown } from "../../parts/states.tsx";
import { Moment } from "../../parts/when.tsx";
import { Changes } from "./changes.tsx";
import { Durations } from "./durations.tsx";
import { Graph } from "./graph.tsx";
import type { PartProperties } from "./about.ts";
import { RunTable } from "./run-table.tsx";
import { Schedule } from "./schedule.tsx";
import { projectWords } from "./words.ts";

/** The first part of the page: steps, schedule, durations, the newest runs, the newest change. */
export function Overview({ environment, about }: PartProperties) {
  const { project, steps, lastRun } = about;
  const words = projectWords();
  const place = { env: environment, project };
  const topics = [`fleet:${environment}`];
  const runs = useDocument(addressFor("projectRuns", place, { limit: 6 }), topics);
  const releases = useDocument(addressFor("releases", place));
  const [newest, before] = releases.value?.releases ?? [];
  const done = steps.filter(({ status }) => status === "succeeded").length;
  return (
    <>
      <div class="cols">
        <section class="section">
          <header>
            <h2>{words.steps}</h2>
            {lastRun !== null && (
              <a class="link" href={addressOf.run(environment, lastRun.run)}>
                {words.ofRun} <Moment at={lastRun.startedAt} />
              </a>
            )}
            <span class="push dim">{words.stepCount(steps.length, done)}</span>
          </header>
          <Graph environment={environment} about={about} />
        </section>
        <Schedule about={about} />
      </div>
      <Durations environment={environment} about={about} />
      <div class="halves">
        <section class="section">
          <header>
            <h2>{words.recent}</h2>
            <a class="link push" href={addressOf.project(environment, project, "runs")}>
              {words.allRuns}
            </a>
          </header>
          <Shown document={runs} rows={6}>
            {({ runs: list }) => <RunTable environment={environment} runs={list} />}
          </Shown>
        </section>
        <section class="section">
          <header>
            <h2>{newest === undefined ? words.release : words.changedBy(newest.version)}</h2>
            <a class="link push" href={addressOf.project(environment, project, "releases")}>
              {words.compare}
            </a>
          </header>
          <Shown document={releases} rows={5}>
            {() =>
              newest === undefined || before === undefined ? (
                <p class="dim">{newest === undefined ? words.noRelease : words.oneRelease}</p>
              ) : (
                <Changes place={place} from={before.fingerprint} to={newest.fingerprint} />
              )
            }
          </Shown>
        </section>
      </div>
    </>
  );
}
