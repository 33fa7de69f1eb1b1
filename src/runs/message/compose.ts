import { actorText } from "../../core/actor.ts";
import { cleanText } from "../../core/clean-text.ts";
import { cacheUsesOf } from "../cache-uses.ts";
import { checkSentence, checksOf } from "../checks.ts";
import { readRunInput } from "../input.ts";
import { gibText } from "../diagnosis/rule.ts";
import { sayDuration, sayInstant } from "../duration.ts";
import { ownValue } from "../../core/own.ts";
import type { Notification, RunSummary, StepView } from "../model.ts";
import type { NotificationFacts, Surroundings } from "../notification-facts.ts";
import type { Field, Message, MessageStep } from "./message.ts";
import { type Words, wordsOf } from "./words.ts";

/** Log lines that a message shows at most. */
const LOG_LINES = 15;
const LINE_LENGTH = 300;
/** Checks that a message shows at most. */
const CHECK_LINES = 10;

/** What a message about a run's end says, field by field. */
export function composeMessage(
  facts: NotificationFacts,
  outcome: Notification["outcome"],
): Message {
  const { run, view, diagnosis, previous, around = {} } = facts;
  const { language = "en", missingModel } = around;
  const words = wordsOf(language);
  const failed = outcome === "failure";
  const took = run.endedAt === undefined ? undefined : sayDuration(run.endedAt - run.startedAt);
  const before =
    outcome !== "recovery" || previous === undefined
      ? []
      : previous.run === run.run
        ? [words.resumedBefore(words.status[previous.status])]
        : [words.runBefore(previous.run, words.status[previous.status])];
  return {
    language,
    tone: failed ? "bad" : "good",
    title: titleOf(facts, outcome, words),
    headline: words.headline({
      project: `${run.project} ${run.version}`,
      status: words.status[run.status],
      environment: run.environment,
      took,
    }),
    notes: [
      ...before,
      ...(readRunInput(view.input).sample === true ? [words.sample] : []),
      ...(missingModel === undefined ? [] : [words.noModel(missingModel)]),
      ...checkNotes(view, words),
    ],
    cause:
      failed && diagnosis !== undefined
        ? [
            { label: words.happened, text: diagnosis.message },
            { label: words.todo, text: diagnosis.help },
          ]
        : [],
    facts: factsOf(run, around, words),
    steps: view.steps.map((step) => stepOf(step, words)),
    changes: changesOf(facts, words),
    log: failed ? logOf(facts, words) : undefined,
    next: nextOf(facts, failed, words),
    url: facts.url,
  };
}

/** Checks that aren't met and let the run continue: what fails it is its diagnosis. */
function checkNotes({ steps }: NotificationFacts["view"], words: Words): readonly string[] {
  const found = checksOf(steps).filter((one) => !one.passed && one.otherwise !== "fail");
  const shown = found
    .slice(0, CHECK_LINES)
    .map((one) => words.check[one.otherwise === "warn" ? "warn" : "block"](checkSentence(one)));
  return found.length <= CHECK_LINES
    ? shown
    : [...shown, words.moreChecks(found.length - CHECK_LINES)];
}

/** One line without line breaks: it becomes a mail's header. */
function titleOf(
  { run, diagnosis }: NotificationFacts,
  outcome: Notification["outcome"],
  words: Words,
): string {
  const what = outcome === "recovery" ? words.again : words.status[run.status];
  const step =
    diagnosis?.step === undefined || outcome !== "failure" ? "" : ` ${words.at} ${diagnosis.step}`;
  return `${run.project} ${what}${step}`.replaceAll(/\s+/g, " ");
}

function factsOf(run: RunSummary, around: Surroundings, words: Words): readonly Field[] {
  const { facts, trigger, by } = words;
  const { timezone, owners, workspace, host } = around;
  const at = (moment: number): string => sayInstant(moment, timezone);
  const actor =
    run.actor === "" || run.trigger === "schedule" ? "" : ` ${by} ${actorText(run.actor)}`;
  const people = [...new Set([owners?.technical, owners?.business])].filter(
    (one) => one !== undefined && one !== "",
  );
  const rows: readonly (readonly [string, string | undefined])[] = [
    [facts.run, run.run],
    [facts.started, `${at(run.startedAt)}, ${trigger[run.trigger]}${actor}`],
    [facts.scheduled, run.scheduledTime === undefined ? undefined : at(run.scheduledTime)],
    [facts.ended, run.endedAt === undefined ? undefined : at(run.endedAt)],
    [facts.continues, run.origin === run.run ? undefined : run.origin],
    [facts.model, run.modelVersion],
    [facts.workspace, workspace],
    [facts.host, host],
    [
      facts.nextRun,
      "nextRun" in around
        ? around.nextRun === undefined
          ? words.noNextRun
          : at(around.nextRun)
        : undefined,
    ],
    [facts.lastSuccess, lastSuccessText(around, at, words)],
    [facts.owner, people.length === 0 ? undefined : people.join(", ")],
  ];
  return rows.flatMap(([label, text]) => (text === undefined ? [] : [{ label, text }]));
}

function lastSuccessText(
  around: Surroundings,
  at: (moment: number) => string,
  words: Words,
): string | undefined {
  if (!("lastSuccess" in around)) return undefined;
  const { lastSuccess } = around;
  if (lastSuccess?.endedAt === undefined) return words.never;
  return `${at(lastSuccess.endedAt)}, ${lastSuccess.run}`;
}

/** What a failed run had that the last one that succeeded had not. */
function changesOf({ run, around }: NotificationFacts, words: Words): readonly Field[] {
  const last = around?.lastSuccess;
  if (last === undefined || run.status === "SUCCEEDED") return [];
  const { changes, none } = words;
  const differs = (label: string, before: string | undefined, now: string | undefined): Field[] =>
    before === now ? [] : [{ label, text: `${before ?? none} → ${now ?? none}` }];
  const sameVersion = last.version === run.version && last.release !== run.release;
  return [
    ...differs(changes.version, last.version, run.version),
    ...(sameVersion ? [{ label: changes.release, text: words.otherRelease }] : []),
    ...differs(changes.model, last.modelVersion, run.modelVersion),
    ...paramChanges(last.params, around?.params, differs, changes.parameter),
  ];
}

function paramChanges(
  before: Readonly<Record<string, string>> | undefined,
  now: Readonly<Record<string, string>> | undefined,
  differs: (label: string, before: string | undefined, now: string | undefined) => Field[],
  label: string,
): readonly Field[] {
  if (before === undefined || now === undefined) return [];
  const names = [...new Set([...Object.keys(before), ...Object.keys(now)])].toSorted();
  return names.flatMap((name) =>
    differs(`${label} ${name}`, ownValue(before, name), ownValue(now, name)),
  );
}

function stepOf(step: StepView, words: Words): MessageStep {
  const { status, startedAt, endedAt, attempts } = step;
  const took =
    startedAt === undefined || endedAt === undefined
      ? ""
      : ` ${words.took} ${sayDuration(endedAt - startedAt)}`;
  const tries = Math.max(0, ...attempts.map(({ number }) => number));
  const peaks = attempts.flatMap(({ peakMemoryBytes }) => peakMemoryBytes ?? []);
  const limit = attempts.at(-1)?.memoryLimitBytes ?? step.memoryBytes;
  const of = limit === undefined ? "" : ` / ${gibText(limit)}`;
  const memory =
    peaks.length === 0 ? "" : `, ${words.memory(`${gibText(Math.max(...peaks))}${of} GiB`)}`;
  return {
    id: step.id,
    text: `${words.stepStatus[status]}${took}${tries > 1 ? `, ${words.attempts(tries)}` : ""}${memory}${takenText(step, words)}`,
    tone:
      status === "succeeded"
        ? "good"
        : status === "failed" || status === "timed_out"
          ? "bad"
          : "neutral",
  };
}

/** From which run the step's outputs were taken, where it wasn't run for all of its items. */
function takenText(step: StepView, words: Words): string {
  const uses = cacheUsesOf(step);
  const taken = uses.filter((use) => use.outcome === "taken");
  const [first] = taken;
  if (first === undefined) return "";
  const items = uses.length === 1 ? undefined : { taken: taken.length, of: uses.length };
  return `, ${words.taken(first.run, items)}`;
}

function logOf({ logTail, diagnosis }: NotificationFacts, words: Words): Message["log"] {
  const lines = logTail
    .map(plain)
    .filter((line) => line.trim() !== "")
    .slice(-LOG_LINES)
    .map((line) => line.slice(0, LINE_LENGTH).toWellFormed());
  if (lines.length === 0) return undefined;
  const of = diagnosis?.step === undefined ? "" : ` ${words.of} ${diagnosis.step}`;
  return { title: `${words.lastLines}${of}`, lines };
}

/**
 * A log line without what only terminals understand: colours, and what a progress bar wrote over.
 */
function plain(line: string): string {
  const text = line.trimEnd();
  return cleanText(text.slice(text.lastIndexOf("\r") + 1)).replaceAll("\n", "");
}

function nextOf(facts: NotificationFacts, failed: boolean, { next }: Words): readonly Field[] {
  const { run, diagnosis, url, report } = facts;
  const open = {
    label: next.open,
    text: url ?? `esteira status ${run.run} -e ${run.environment}`,
  };
  const seen =
    report === undefined
      ? []
      : [
          {
            label: next.report,
            text: report.url ?? `esteira report ${run.run} -e ${run.environment}`,
          },
        ];
  if (!failed) return [open, ...seen];
  const step = diagnosis?.step === undefined ? "" : ` --step ${diagnosis.step}`;
  return [
    open,
    ...seen,
    { label: next.log, text: `esteira logs ${run.run}${step} -e ${run.environment}` },
    { label: next.resume, text: `esteira resume ${run.run} -e ${run.environment}` },
  ];
}
