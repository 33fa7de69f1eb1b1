import { actionAddress } from "../../actions/action.ts";
import { addressOf } from "../../app/addresses.ts";
import { second } from "../../app/clock.ts";
import { session } from "../../app/session.ts";
import { Glyph, type Outcome, outcomeOfRun } from "../../parts/outcome.tsx";
import { Moment } from "../../parts/when.tsx";
import { duration, span } from "../../words/format.ts";
import type { RunDocument } from "./chosen-log.ts";
import { runWords } from "./words.ts";

type RunRow = RunDocument["run"];
type Headed = keyof ReturnType<typeof runWords>["heads"];

/** What became of a run in one line, what can be done with it, and what it was. */
export function Head({
  environment,
  about,
}: {
  readonly environment: string;
  readonly about: RunDocument;
}) {
  const { run } = about;
  const outcome = outcomeOfRun(run);
  const words = runWords();
  return (
    <div class="runhead">
      <p class="crumb">
        <a href={addressOf.project(environment, run.project)}>{run.project}</a> /{" "}
        <a href={addressOf.project(environment, run.project, "runs")}>{words.runs}</a>
      </p>
      <div class="title">
        <span class={outcome}>
          <Glyph of={outcome} />
        </span>
        <h1>{headOf(run, outcome)}</h1>
        <span class="push" />
        <Actions run={run} outcome={outcome} />
      </div>
      <Facts environment={environment} about={about} />
    </div>
  );
}

/** Such as `Failed after 43 min`. */
export function headOf({ startedAt, endedAt }: RunRow, outcome: Outcome): string {
  const { heads } = runWords();
  const head = outcome in heads ? heads[outcome as Headed] : heads.running;
  return head(span((endedAt ?? second.value) - startedAt));
}

function Actions({ run, outcome }: { readonly run: RunRow; readonly outcome: Outcome }) {
  const words = runWords();
  if (session.value?.changes === false) return null;
  const canStop = ["running", "waiting"].includes(outcome);
  const canResume =
    ["failed", "timed-out", "stopped", "interrupted"].includes(outcome) && run.resumedBy === null;
  const again = actionAddress({ name: "run", of: run.project, to: run.run });
  return (
    <span class="actions noprint">
      {canResume && (
        <a class="button main" href={actionAddress({ name: "resume", of: run.run })}>
          {words.resume}
        </a>
      )}
      {canStop && (
        <a class="button" href={actionAddress({ name: "stop", of: run.run })}>
          {words.stop}
        </a>
      )}
      <a class="button" href={again}>
        {words.again}
      </a>
    </span>
  );
}

function Facts({
  environment,
  about,
}: {
  readonly environment: string;
  readonly about: RunDocument;
}) {
  const { run, deliveries, cost, lastGood, commit } = about;
  const { facts, triggers } = runWords();
  const sent = deliveries.filter(({ state }) => state === "sent");
  const isFirst = run.origin === "" || run.origin === run.run;
  return (
    <dl class="facts">
      <div>
        <dd>
          <code>{run.run}</code>
        </dd>
      </div>
      <div>
        <dt>{run.trigger === "schedule" ? facts.fired : facts.started}</dt>
        <dd>
          <Moment at={run.startedAt} />, {triggers[run.trigger](run.actor)}
        </dd>
      </div>
      {run.trigger === "backfill" && run.scheduledTime !== null && (
        <div>
          <dt>{facts.due}</dt>
          <dd>
            <Moment at={run.scheduledTime} />
          </dd>
        </div>
      )}
      {!isFirst && <RunFact label={facts.continues} environment={environment} run={run.origin} />}
      {run.resumedBy !== null && (
        <RunFact label={facts.continuedBy} environment={environment} run={run.resumedBy} />
      )}
      {isSample(about.input) && <Fact label={facts.sample} text={facts.quick} />}
      {takenFrom(about.steps).map(([from, steps]) => (
        <div key={from}>
          <dt>{facts.taken}</dt>
          <dd>
            {steps.join(", ")} {facts.of}{" "}
            <a class="link" href={addressOf.run(environment, from)}>
              <code>{from}</code>
            </a>
          </dd>
        </div>
      ))}
      <Fact label={facts.release} text={run.version} title={run.release} />
      {commit !== null && <Fact label={facts.commit} text={commit.slice(0, 8)} title={commit} />}
      {run.modelVersion !== null && <Fact label={facts.model} text={`v${run.modelVersion}`} />}
      {run.endedAt === null && typeof lastGood?.endedAt === "number" && (
        <Fact label={facts.usual} text={duration(lastGood.endedAt - lastGood.startedAt)} />
      )}
      {sent.length > 0 && (
        <Fact label={facts.reported} text={sent.map(({ recipient }) => recipient).join(", ")} />
      )}
      {typeof cost?.usd === "number" && (
        <Fact label={facts.cost} text={`$${cost.usd.toFixed(2)}`} />
      )}
    </dl>
  );
}

function isSample(input: unknown): boolean {
  return typeof input === "object" && input !== null && "sample" in input && input.sample === true;
}

/** The runs that outputs were taken from, each with the steps that didn't have to run. */
function takenFrom(steps: RunDocument["steps"]): readonly (readonly [string, readonly string[]])[] {
  const found = new Map<string, string[]>();
  for (const { id, attempts } of steps) {
    const cache = attempts.at(-1)?.cache;
    if (cache?.outcome !== "taken" || cache.run === undefined) continue;
    found.set(cache.run, [...(found.get(cache.run) ?? []), id]);
  }
  return [...found];
}

function Fact({
  label,
  text,
  title,
}: {
  readonly label: string;
  readonly text: string;
  readonly title?: string;
}) {
  return (
    <div>
      <dt>{label}</dt>
      <dd title={title}>{text}</dd>
    </div>
  );
}

function RunFact({
  label,
  environment,
  run,
}: {
  readonly label: string;
  readonly environment: string;
  readonly run: string;
}) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>
        <a class="link" href={addressOf.run(environment, run)}>
          <code>{run}</code>
        </a>
      </dd>
    </div>
  );
}
