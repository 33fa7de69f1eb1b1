import { runId } from "../../core/ids.ts";
import { ok, type Result } from "../../core/result.ts";
import { diffFields } from "../../platform/diff.ts";
import type { RunSummary } from "../../runs/model.ts";
import { runParameters } from "../../runs/parameters.ts";
import type { ConsoleDocumentOf } from "../documents/console.ts";
import { failed, fromPlatform, type Failure } from "../failure.ts";
import type { PlatformSession } from "../workspace.ts";
import { fleetOf } from "./fleet-reading.ts";
import { durationsOf } from "./project-history.ts";
import { shownRelease } from "./project.ts";
import { commitOf, findRunById } from "./run.ts";
import { type OpenView, openView } from "./run-view.ts";

type Comparison = ConsoleDocumentOf<"compare-runs">;

/** What differs between a run and the last good one of its project before it. */
export async function compareRuns(
  session: PlatformSession,
  id: string,
): Promise<Result<Comparison, Failure>> {
  const { platform, environment } = session;
  const found = await findRunById(session, runId(id));
  if (!found.ok) return found;
  const run = found.value;
  const good = await fleetOf(session).lastGood(run.project, run.startedAt);
  if (!good.ok) return failed(fromPlatform(good.error));
  const here = await openView(platform, run);
  if (!here.ok) return here;
  const subject = { environment, project: run.project, run, good: good.value };
  if (good.value === undefined) return ok({ ...subject, ...nothingToCompare(run, here.value) });
  const there = await openView(platform, good.value);
  if (!there.ok) return there;
  const [before, after] = [there.value, here.value];
  return ok({
    ...subject,
    code: {
      changed: before.release.image.sourceHash !== after.release.image.sourceHash,
      commitBefore: await commitOf(platform, good.value),
      commitAfter: await commitOf(platform, run),
    },
    config: diffFields(shownRelease(before.release), shownRelease(after.release)).filter(
      ({ path }) => !derived.test(path),
    ),
    model: { before: good.value.modelVersion, after: run.modelVersion },
    parameters: differingParameters(before, after),
    durations: durationsBeside(before, after),
  });
}

/**
 * What follows from the rest: hashes of sources, and the definition that is compiled of the steps.
 */
const derived = /^(image\.source_hash|definition|generation|names)(\.|$)/;

function nothingToCompare(
  { modelVersion }: RunSummary,
  here: OpenView,
): Omit<Comparison, "environment" | "project" | "run" | "good"> {
  return {
    code: { changed: false, commitBefore: undefined, commitAfter: undefined },
    config: [],
    model: { before: undefined, after: modelVersion },
    parameters: [],
    durations: durationsBeside(undefined, here),
  };
}

function differingParameters(before: OpenView, after: OpenView): Comparison["parameters"] {
  const [one, other] = [before, after].map(({ release, view }) =>
    runParameters(release.parameters, view.input),
  );
  const names = [...new Set([...Object.keys(other ?? {}), ...Object.keys(one ?? {})])];
  return names
    .map((name) => ({ name, before: one?.[name], after: other?.[name] }))
    .filter(({ before: was, after: is }) => was !== is);
}

function durationsBeside(before: OpenView | undefined, after: OpenView): Comparison["durations"] {
  const was = before === undefined ? {} : durationsOf(before.view);
  const is = durationsOf(after.view);
  const steps = new Set([
    ...after.view.steps.map(({ id }) => id),
    ...(before?.view.steps.map(({ id }) => id) ?? []),
  ]);
  return [...steps].map((step) => ({ step, beforeMs: was[step], afterMs: is[step] }));
}
