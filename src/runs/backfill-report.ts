import { cleanText } from "../core/clean-text.ts";
import type { Language } from "../core/language.ts";
import { actorText } from "../core/actor.ts";
import { addressed } from "./addressed.ts";
import { aboutNoRun } from "./about.ts";
import { sayDay, sayInstant } from "./duration.ts";
import { type BackfillWords, backfillWordsOf } from "./message/backfill-words.ts";
import type { Message } from "./message/message.ts";
import { messageText } from "./message/text.ts";
import { wordsOf } from "./message/words.ts";
import type { Notification } from "./model.ts";
import type { NotificationFacts, Surroundings } from "./notification-facts.ts";

/** How a backfill ended. Times in milliseconds since the epoch. */
export interface BackfillEnd {
  readonly project: string;
  readonly actor: string;
  /** The first and the last time that it was for. */
  readonly from: number;
  readonly to: number;
  readonly succeeded: number;
  /** Oldest first. */
  readonly failed: readonly { readonly at: number; readonly run: string }[];
  /** Times for which no run was begun. */
  readonly left: number;
  /** The run of the newest time that has ended: the report is kept with it. */
  readonly run: string;
}

/** Dates that a report names at most. */
const namedDates = 20;

/**
 * Composes the one message about a backfill, whose runs are not reported one by one: how many
 * succeeded and failed, which dates failed, and what to type.
 *
 * @returns undefined when nobody is to be notified
 */
export function composeBackfillReport(
  end: BackfillEnd,
  environment: string,
  recipients: NotificationFacts["recipients"],
  around: Pick<Surroundings, "language" | "workspace" | "host" | "owners" | "timezone">,
): Notification | undefined {
  const good = end.failed.length === 0 && end.left === 0;
  const audience = good ? recipients.onSuccess : recipients.onFailure;
  if (audience.length === 0) return undefined;
  const message = messageOf(end, environment, good, around);
  return {
    outcome: good ? "success" : "failure",
    ...addressed(audience),
    subject: `[${environment}] ${message.title}`,
    body: messageText(message),
    message,
    about: { ...aboutNoRun("backfill", environment, end.project), run: end.run },
  };
}

function messageOf(
  end: BackfillEnd,
  environment: string,
  good: boolean,
  around: Parameters<typeof composeBackfillReport>[3],
): Message {
  const { project, actor, succeeded, failed, left } = end;
  const { language = "en", workspace, host, owners, timezone = "UTC" } = around;
  const words = backfillWordsOf(language);
  const { facts } = wordsOf(language);
  const days = [sayDay(end.from, timezone), sayDay(end.to, timezone)] as const;
  const people = [...new Set([owners?.technical, owners?.business])].filter(
    (one) => one !== undefined && one !== "",
  );
  const rows: readonly (readonly [string, string | undefined])[] = [
    [words.startedBy, actor === "" ? undefined : cleanText(actorText(actor))],
    [facts.workspace, workspace],
    [facts.host, host],
    [facts.owner, people.length === 0 ? undefined : people.join(", ")],
  ];
  const again = `esteira backfill ${project} --from ${days[0]} --to ${days[1]} -e ${environment}`;
  const [firstFailed] = failed;
  return {
    language: language satisfies Language,
    tone: good ? "good" : "bad",
    title: words.title(project, { succeeded, failed: failed.length, left }),
    headline: words.headline({
      project,
      environment,
      days,
      counts: { succeeded, failed: failed.length, left },
    }),
    notes: [],
    cause: [],
    facts: rows.flatMap(([label, text]) => (text === undefined ? [] : [{ label, text }])),
    steps: [],
    changes: [],
    log: failed.length === 0 ? undefined : failedDates(failed, timezone, words),
    next: [
      ...(firstFailed === undefined
        ? []
        : [{ label: words.why, text: `esteira status ${firstFailed.run} -e ${environment}` }]),
      ...(good ? [] : [{ label: words.again, text: again }]),
      ...(good ? [{ label: words.runs, text: `esteira runs ${project} -e ${environment}` }] : []),
    ],
    url: undefined,
  };
}

function failedDates(
  failed: BackfillEnd["failed"],
  timezone: string,
  words: BackfillWords,
): NonNullable<Message["log"]> {
  const more = failed.length - namedDates;
  return {
    title: words.failedDates,
    lines: [
      ...failed.slice(0, namedDates).map(({ at, run }) => `${sayInstant(at, timezone)}  ${run}`),
      ...(more > 0 ? [words.more(more)] : []),
    ],
  };
}
