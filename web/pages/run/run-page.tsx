import "./run.css";
import type { ComponentChildren } from "preact";

import { addressFor } from "../../api/api.ts";
import { useDocument } from "../../api/documents.ts";
import type { Route } from "../../app/addresses.ts";
import { oneColumn } from "../../app/screen.ts";
import { outcomeOfRun } from "../../parts/outcome.tsx";
import { LoadingRows, Trouble } from "../../parts/states.tsx";
import { ArtifactsPart } from "../artifacts/artifacts-part.tsx";
import { LogName } from "../log/log-name.tsx";
import { LogView } from "../log/log-view.tsx";
import { Cache } from "./cache.tsx";
import { type ChosenLog, type RunDocument, useLog } from "./chosen-log.ts";
import { Checks } from "./checks.tsx";
import { Compare } from "./compare.tsx";
import { Details } from "./details.tsx";
import { Diagnosis } from "./diagnosis.tsx";
import { Events } from "./events.tsx";
import { Gantt } from "./gantt/gantt.tsx";
import { Head, headOf } from "./head.tsx";
import { Hold } from "./hold.tsx";
import { runWords } from "./words.ts";

const documentOf = ({ environment, run = "" }: Route) =>
  addressFor("run", { env: environment, run });

export const firstDocument = (route: Route): string => documentOf(route);

/** A run: why it failed and what to do, then when what ran, then the words of the step. */
export function Page({ route }: { readonly route: Route }) {
  const { environment, run = "" } = route;
  const topics = [`run:${environment}/${run}`];
  const about = useDocument(documentOf(route), topics);
  const log = useLog(environment, about.value);
  if (about.value === undefined) {
    return (
      <div class="page">
        {about.problem === undefined ? <Loading /> : <Trouble problem={about.problem} />}
      </div>
    );
  }
  return (
    <div class="page runpage">
      {about.problem !== undefined && <Trouble problem={about.problem} since={about.at} />}
      <Content environment={environment} about={about.value} log={log} />
    </div>
  );
}

function Loading() {
  return (
    <>
      <LoadingRows rows={3} height={28} />
      <LoadingRows rows={16} />
    </>
  );
}

function Content({
  environment,
  about,
  log,
}: {
  readonly environment: string;
  readonly about: RunDocument;
  readonly log: ChosenLog;
}) {
  const { run } = about;
  const topics = [`run:${environment}/${run.run}`];
  const compared = useDocument(
    addressFor("compareRuns", { env: environment, run: run.run }),
    topics,
  );
  document.title = `${run.project}: ${headOf(run, outcomeOfRun(run))} · Esteira`;
  return (
    <>
      <Head environment={environment} about={about} />
      <Diagnosis about={about} compared={compared.value} />
      <Hold about={about} />
      <Sides
        steps={<Gantt environment={environment} run={about} log={log} />}
        log={<LogBeside log={log} />}
        changed={<Compare environment={environment} compared={compared} />}
        beside={
          <>
            <Checks about={about} />
            <Cache environment={environment} about={about} />
            <ArtifactsPart environment={environment} run={run.run} />
          </>
        }
        rest={
          <>
            <Details about={about} />
            <Events environment={environment} run={run.run} />
          </>
        }
      />
    </>
  );
}

/**
 * Two columns, each as long as it is; or one, in which the log follows its steps. Tab goes the way
 * that eyes go, so the order is that of the page and not of its sheet.
 */
function Sides({
  steps,
  log,
  changed,
  beside,
  rest,
}: Readonly<Record<"steps" | "log" | "changed" | "beside" | "rest", ComponentChildren>>) {
  if (oneColumn.value) {
    return (
      <div class="column">
        {steps}
        {log}
        {changed}
        {beside}
        {rest}
      </div>
    );
  }
  return (
    <div class="sides">
      <div class="column">
        {steps}
        {changed}
        {rest}
      </div>
      <div class="column">
        {log}
        {beside}
      </div>
    </div>
  );
}

function LogBeside({ log }: { readonly log: ChosenLog }) {
  if (log.of === undefined) {
    return (
      <section class="section log" aria-label="Log">
        <header>
          <h2>Log</h2>
        </header>
        {log.waiting ? (
          <div class="paper">
            <LoadingRows rows={12} height={18} />
          </div>
        ) : (
          <p class="dim">{runWords().noLog}</p>
        )}
      </section>
    );
  }
  return (
    <LogView
      key={log.key}
      of={log.of}
      name={<LogName of={log.of} />}
      full={false}
      toError={log.isFailure}
    />
  );
}
