import { projectName, runId } from "../../core/ids.ts";
import { ok, type Result } from "../../core/result.ts";
import type { Platform } from "../../platform/port.ts";
import { reportedRun } from "../../platform/attempt-reports.ts";
import { checkSentence, checksOf } from "../../runs/checks.ts";
import type { RunSummary, StepHold } from "../../runs/model.ts";
import { runParameters } from "../../runs/parameters.ts";
import type { ConsoleDocumentOf } from "../documents/console.ts";
import { failed, fromPlatform, notFound, type Failure } from "../failure.ts";
import { stepWords, suggestion, suggestName } from "../names.ts";
import { costOf } from "../../platform/run-cost.ts";
import { explainRun, heldSteps } from "../runs/read-run.ts";
import { holdCommands } from "../runs/hold-commands.ts";
import { deliveryDocuments } from "../runs/run-document.ts";
import type { PlatformSession } from "../workspace.ts";
import type { ConsoleContext } from "./context.ts";
import { fleetOf } from "./fleet-reading.ts";
import { ganttSteps, itemsOf } from "./gantt.ts";
import { cachedSteps } from "./run-cache.ts";
import { openView } from "./run-view.ts";

/** A run by its whole id. */
export async function findRunById(
  { platform, environment }: PlatformSession,
  run: string,
): Promise<Result<RunSummary, Failure>> {
  const found = await platform.run(runId(run));
  if (found.ok) return found;
  if (found.error.reason !== "not-found") return failed(fromPlatform(found.error));
  return notFound(
    `there is no run ${run} in ${environment}`,
    `\`${suggestion(environment, "runs")}\` lists them.`,
  );
}

/** A run: why it failed or waits, its steps with their tries, and what it was given. */
export async function readConsoleRun(
  { host }: ConsoleContext,
  session: PlatformSession,
  id: string,
): Promise<Result<ConsoleDocumentOf<"run">, Failure>> {
  const { platform, environment, region } = session;
  const found = await findRunById(session, id);
  if (!found.ok) return found;
  const run = found.value;
  const opened = await openView(platform, run);
  if (!opened.ok) return opened;
  const { view, release } = opened.value;
  const now = host.clock.now();
  const explained = await explainRun(platform, runId(id), view, now);
  if (!explained.ok) return explained;
  const { diagnosis, deliveries } = explained.value;
  const reported = await reportedRun(platform, run, release, view);
  const hold = await heldSteps(platform, run);
  if (!hold.ok) return hold;
  const lastGood = await fleetOf(session).lastGood(run.project, run.startedAt);
  if (!lastGood.ok) return failed(fromPlatform(lastGood.error));
  return ok({
    environment,
    run,
    commit: await commitOf(platform, run),
    diagnosis,
    remedy: remedyFor(run, environment),
    error: view.error,
    cause: view.cause,
    input: view.input,
    output: view.output,
    parameters: runParameters(release.parameters, view.input),
    steps: ganttSteps(opened.value),
    checks: checksOf(reported.steps)
      .toSorted((a, b) => Number(a.passed) - Number(b.passed))
      .map(({ step, item, passed, otherwise, ...rest }) => {
        const check = { passed, otherwise, ...rest };
        return { step, item, passed, otherwise, text: checkSentence(check) };
      }),
    cached: cachedSteps(reported.steps),
    hold: hold.value === undefined ? undefined : holdDocument(run, hold.value),
    deliveries: deliveryDocuments(deliveries),
    cost: await costOf(release, view, region, now),
    lastGood: lastGood.value,
  });
}

function holdDocument(
  run: RunSummary,
  hold: StepHold,
): NonNullable<ConsoleDocumentOf<"run">["hold"]> {
  return { ...hold, commands: holdCommands(run, hold) };
}

/** The command to type next: what the page's first button does. */
function remedyFor(run: RunSummary, environment: string): string | undefined {
  const failedOrLost = run.interrupted || ["FAILED", "TIMED_OUT", "ABORTED"].includes(run.status);
  if (!failedOrLost || run.resumedBy !== undefined) return undefined;
  return suggestion(environment, "resume", run.run);
}

/** Commit that a run's release was deployed from; undefined where nobody knows. */
export async function commitOf(
  platform: Pick<Platform, "releases">,
  run: Pick<RunSummary, "project" | "release">,
): Promise<string | undefined> {
  const kept = await releasesOf(platform, run.project);
  return kept.find((one) => one.fingerprint === run.release)?.commit;
}

async function releasesOf(
  platform: Pick<Platform, "releases">,
  project: string,
): Promise<readonly { readonly fingerprint: string; readonly commit?: string }[]> {
  const found = await platform.releases(projectName(project));
  return found.ok ? found.value.map(({ document }) => document) : [];
}

/** The items of a step with `for_each`, a page of them. */
export async function readRunItems(
  session: PlatformSession,
  id: string,
  step: string,
  { cursor, limit }: { readonly cursor?: string | undefined; readonly limit: number },
): Promise<Result<ConsoleDocumentOf<"run-items">, Failure>> {
  const found = await findRunById(session, id);
  if (!found.ok) return found;
  const opened = await openView(session.platform, found.value);
  if (!opened.ok) return opened;
  const page = itemsOf(opened.value, step, Number(cursor ?? 0), limit);
  if (page === undefined) {
    const ids = opened.value.view.steps.map((one) => one.id);
    return notFound(`the run ${id} has no step ${step}`, suggestName(step, ids, stepWords));
  }
  return ok({ environment: session.environment, run: id, step, ...page });
}

/** The history of a run, a page of it, the oldest first. */
export async function readRunEvents(
  session: PlatformSession,
  id: string,
  { cursor, limit }: { readonly cursor?: string | undefined; readonly limit: number },
): Promise<Result<ConsoleDocumentOf<"run-events">, Failure>> {
  const { platform, environment } = session;
  const page = await platform.events(runId(id), {
    limit,
    ...(cursor === undefined ? {} : { cursor }),
  });
  if (!page.ok) return failed(fromPlatform(page.error));
  return ok({ environment, run: id, events: page.value.items, next: page.value.next });
}
