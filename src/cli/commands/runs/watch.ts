import { setTimeout as sleep } from "node:timers/promises";

import { ok, type Result } from "../../../core/result.ts";
import type { WatchFinding } from "../../../runs/watch/facts.ts";
import type { ActionOf } from "../definition.ts";
import type { CliContext } from "../../terminal/context.ts";
import type { Exit } from "../../../app/exit-codes.ts";
import type { Failure } from "../../../app/failure.ts";
import { printJson } from "../../terminal/json-output.ts";
import { liveOn, ticking, type Live } from "../../terminal/live.ts";
import { findingLines, renderWatch, settledLine, unaskedLine } from "../../render/watch.ts";
import { count } from "../../../core/text.ts";
import { timeOfDay } from "../../render/time.ts";
import type { watchCommand, WatchFlags } from "./watch-command.ts";
import { surroundingsOf } from "../../terminal/surroundings.ts";
import {
  findingDocument,
  lookForMissing,
  settledDocument,
  unavailableDocument,
  watchChange,
  watchDocument,
  type WatchChange,
} from "../../../app/schedules/watch-look.ts";
import { openPromotionsLook } from "../../../app/schedules/promotions-look.ts";
import { withPlatform, type PlatformSession } from "../../../app/workspace.ts";

/**
 * Fires come by the minute; an account answers so many questions an hour for everybody who asks.
 */
const lookEveryMs = { local: 60_000, aws: 300_000 } as const;

export const watch: ActionOf<typeof watchCommand> = async (context, flags) =>
  withPlatform(context, flags.env, async (session) =>
    flags.once ? lookOnce(context, flags, session) : keepLooking(context, flags, session),
  );

async function lookOnce(
  context: CliContext,
  flags: WatchFlags,
  session: PlatformSession,
): Promise<Result<Exit, Failure>> {
  const promotions = openPromotionsLook(context, session.settings, session.platform, 0);
  const found = await lookForMissing(session.platform, context.clock.now(), promotions);
  if (!found.ok) return found;
  const { findings, fires, open, registry } = found.value;
  const { environment } = session;
  if (flags.json) printJson(context, "watch", watchDocument(environment, found.value));
  else {
    context.out.lines(renderWatch(findings, { environment, fires, open }, surroundingsOf(context)));
    if (registry !== undefined) context.errors.line(unaskedLine(registry, context.errors.style));
  }
  return ok(findings.length > 0 ? "failed" : "ok");
}

/**
 * Reports each finding when it comes up and when it is gone, until Ctrl-C. A look that fails is
 * reported, and the next one tried.
 */
async function keepLooking(
  context: CliContext,
  flags: WatchFlags,
  session: PlatformSession,
): Promise<Result<Exit, Failure>> {
  const { environment } = session;
  const live = liveOn(context.out);
  const stop = new AbortController();
  using _interrupts = context.onInterrupt(() => stop.abort());
  if (!flags.json) context.out.line(`Watching over ${environment}. Ctrl-C ends it.`);
  const promotions = openPromotionsLook(context, session.settings, session.platform, 0);
  let unasked: string | undefined;
  let known = new Map<string, WatchFinding>();
  let status = "looking";
  using _ticks = ticking(context.out, (frame) => flags.json || live.draw([`${frame} ${status}`]));
  while (!stop.signal.aborted) {
    const found = await lookForMissing(session.platform, context.clock.now(), promotions);
    if (!found.ok) {
      if (known.size === 0 && status === "looking") return found;
      reportFailure(context, flags, live, found.error);
    } else {
      const now = new Map(found.value.findings.map((finding) => [finding.key, finding]));
      report(context, flags, live, watchChange(known, now));
      known = now;
      const { registry } = found.value;
      if (registry !== undefined && registry !== unasked && !flags.json) {
        live.print([unaskedLine(registry, context.out.style)]);
      }
      unasked = registry;
      const { fires, open } = found.value;
      const at = timeOfDay(context.clock.now(), context.offset);
      status = `${at}: ${count(fires, "fire")} of the last 24 hours, ${count(open, "run")} in progress, ${now.size === 0 ? "all as it should be" : `${now.size} not as it should be`}`;
    }
    if (context.out.closed()) break;
    await sleep(lookEveryMs[session.settings.platform], undefined, { signal: stop.signal }).catch(
      () => undefined,
    );
  }
  live.clear();
  return ok("ok");
}

function report(
  context: CliContext,
  flags: WatchFlags,
  live: Live,
  { came, went }: WatchChange,
): void {
  if (flags.json) {
    for (const finding of came) printJson(context, "watch-finding", findingDocument(finding));
    for (const finding of went) printJson(context, "watch-settled", settledDocument(finding));
    return;
  }
  const surroundings = surroundingsOf(context);
  live.print([
    ...went.map((finding) => settledLine(finding, surroundings.style)),
    ...came.flatMap((finding) => findingLines(finding, surroundings)),
  ]);
}

function reportFailure(context: CliContext, flags: WatchFlags, live: Live, failure: Failure): void {
  if (flags.json) printJson(context, "watch-unavailable", unavailableDocument(failure));
  else live.print([context.out.style.yellow(`! could not look: ${failure.message}`)]);
}
