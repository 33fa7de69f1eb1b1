import { matchesGlob, relative, resolve } from "node:path";

import { runId } from "../../../core/ids.ts";
import { ok, type Result } from "../../../core/result.ts";
import { failed, fromPlatform, notFound, type Failure } from "../../../app/failure.ts";
import { stepWords, suggestName, suggestion } from "../../../app/names.ts";
import {
  artifactsDocument,
  artifactsPlaceDocument,
  fetchedDocument,
} from "../../../app/runs/artifacts-documents.ts";
import { fetchFiles } from "../../../app/runs/fetch-files.ts";
import { leftFiles, type LeftFile } from "../../../platform/left-files.ts";
import { findRun } from "../../../app/runs/run-reference.ts";
import { withPlatform, type PlatformSession } from "../../../app/workspace.ts";
import type { ArtifactStore } from "../../../platform/roles/artifacts.ts";
import type { RunSummary } from "../../../runs/model.ts";
import { renderFiles, sizeText } from "../../render/artifacts.ts";
import type { CliContext } from "../../terminal/context.ts";
import { printJson } from "../../terminal/json-output.ts";
import { liveOn } from "../../terminal/live.ts";
import { openPlace } from "../../terminal/open-place.ts";
import { surroundingsOf } from "../../terminal/surroundings.ts";
import type { ActionOf } from "../definition.ts";
import type {
  artifactsGetCommand,
  artifactsLsCommand,
  artifactsOpenCommand,
} from "./artifacts-commands.ts";

export const ls: ActionOf<typeof artifactsLsCommand> = async (context, flags, reference, step) =>
  withPlatform(context, flags.env, async (session) => {
    const asked = await askedFor(session, reference, step);
    if (!asked.ok) return asked;
    const { run, store } = asked.value;
    const left = await leftFiles(store, run, step);
    if (!left.ok) return failed(fromPlatform(left.error));
    if (flags.json === true) {
      printJson(context, "artifacts", artifactsDocument(run, step, left.value));
      return ok("ok");
    }
    const { style } = context.out;
    const { files, more } = left.value;
    if (files.length === 0) {
      context.out.line(sentence(nothingOf(run, step)));
      return ok("ok");
    }
    context.out.lines(renderFiles(files, surroundingsOf(context)));
    if (more) context.errors.line(style.yellow("! There are more files than are listed here."));
    context.out.lines([
      "",
      `  ${style.dim("$")} ${suggestion(session.environment, "artifacts get", run.run, ...(step === undefined ? [] : [step]))}`,
    ]);
    return ok("ok");
  });

export const get: ActionOf<typeof artifactsGetCommand> = async (context, flags, reference, step) =>
  withPlatform(context, flags.env, async (session) => {
    const asked = await askedFor(session, reference, step);
    if (!asked.ok) return asked;
    const { run, store } = asked.value;
    const left = await leftFiles(store, run, step);
    if (!left.ok) return failed(fromPlatform(left.error));
    const { path: globs = [] } = flags;
    const files = left.value.files.filter(
      ({ name }) => globs.length === 0 || globs.some((glob) => matchesGlob(name, glob)),
    );
    if (files.length === 0) {
      const list = suggestion(session.environment, "artifacts ls", run.run);
      return globs.length === 0 || left.value.files.length === 0
        ? notFound(nothingOf(run, step), "There is nothing to fetch.")
        : notFound(
            `no file of ${run.run} matches ${globs.join(" or ")}`,
            `\`${list}\` names them.`,
          );
    }
    const folder = resolve(context.cwd, flags.to ?? `artifacts-${run.run}`);
    using progress = openProgress(context, files);
    const fetched = await fetchFiles(
      { store, of: run, folder, force: flags.force === true, ...progress },
      files,
    );
    if (!fetched.ok) return fetched;
    progress[Symbol.dispose]();
    if (flags.json === true) {
      printJson(context, "artifacts-fetched", fetchedDocument(run, folder, files));
      return ok("ok");
    }
    const bytes = files.reduce((sum, { size }) => sum + size, 0);
    const count = files.length === 1 ? "1 file" : `${files.length} files`;
    const shown = relative(context.cwd, folder) || ".";
    context.out.line(
      `${context.out.style.green("✓")} ${count} (${sizeText(bytes)}) of ${run.run} in ${shown}`,
    );
    return ok("ok");
  });

export const open: ActionOf<typeof artifactsOpenCommand> = async (
  context,
  flags,
  reference,
  step,
) =>
  withPlatform(context, flags.env, async (session) => {
    const asked = await askedFor(session, reference, step);
    if (!asked.ok) return asked;
    const { run, store } = asked.value;
    const left = await leftFiles(store, run, step);
    if (!left.ok) return failed(fromPlatform(left.error));
    const [first] = left.value.files;
    if (first === undefined) return notFound(nothingOf(run, step), "There is nothing to open.");
    const place = store.placeOf(run, step === undefined ? "" : folderOf(first));
    const opened = flags.json === true ? false : await openPlace(context.environment, place);
    if (flags.json === true) {
      printJson(context, "artifacts-place", artifactsPlaceDocument(run, step, place));
    } else {
      context.out.line(opened ? `${context.out.style.green("✓")} ${place}` : place);
    }
    return ok("ok");
  });

/** Of a step: where its attempt's files begin; of its items, where all of them are. */
function folderOf({ key, step, item }: LeftFile): string {
  const parts = key.split("/");
  if (step === undefined) return parts[0] ?? "";
  return parts.slice(0, item === undefined ? 3 : 2).join("/");
}

interface Asked {
  readonly run: RunSummary;
  readonly store: ArtifactStore;
}

/** The run, once it is clear that it has the step. */
async function askedFor(
  { platform, projectNames }: PlatformSession,
  reference: string,
  step: string | undefined,
): Promise<Result<Asked, Failure>> {
  const found = await findRun(platform, reference, projectNames);
  if (!found.ok) return found;
  const { artifacts: store } = platform;
  if (store === undefined) throw new Error("both platforms keep artifacts");
  if (step !== undefined) {
    const release = await platform.releaseOf(runId(found.value.run));
    if (!release.ok) return failed(fromPlatform(release.error));
    const steps = release.value.steps.map(({ id }) => id as string);
    if (!steps.includes(step)) {
      const message = `${found.value.run} has no step ${step}`;
      return notFound(message, suggestName(step, steps, stepWords));
    }
  }
  return ok({ run: found.value, store });
}

function nothingOf({ run, origin }: RunSummary, step: string | undefined): string {
  const shared = origin === run ? "" : ` (its artifacts are those of ${origin})`;
  return `${step === undefined ? run : `the step ${step} of ${run}`} left no files${shared}`;
}

/** A finding as a sentence; an id of a run stays as it is. */
const sentence = (text: string): string => `${text.replace(/^the /, "The ")}.`;

/** Shows how much has arrived, on a terminal; most of the time is the network's. */
function openProgress(context: CliContext, files: readonly LeftFile[]) {
  const live = liveOn(context.errors);
  const all = files.reduce((sum, { size }) => sum + size, 0);
  let bytes = 0;
  let done = 0;
  let shownAt = 0;
  const draw = (): void => {
    const now = context.clock.now();
    if (now - shownAt < 100) return;
    shownAt = now;
    live.draw([`  ${done} of ${files.length} files, ${sizeText(bytes)} of ${sizeText(all)}`]);
  };
  return {
    onBytes: (count: number) => {
      bytes += count;
      draw();
    },
    onFile: () => {
      done += 1;
    },
    [Symbol.dispose]: () => {
      live.clear();
    },
  };
}
