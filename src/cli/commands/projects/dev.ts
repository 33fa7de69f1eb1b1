import { join, posix } from "node:path";

import { withReleases, type ReleaseSession } from "../../../app/deploy/planned-deploy.ts";
import type { Exit } from "../../../app/exit-codes.ts";
import { notFound, usage, type Failure } from "../../../app/failure.ts";
import { debugCommand } from "../../../app/trials/debug-command.ts";
import {
  prepareTrial,
  triedNow,
  type PreparedTrial,
  type TrialWishes,
} from "../../../app/trials/prepare-trial.ts";
import { asItRanHere, onThisMachine, stepsToTry } from "../../../app/trials/trial-session.ts";
import { trySteps, type StepToTry } from "../../../app/trials/try-steps.ts";
import { watchFolders } from "../../../app/trials/watch-folders.ts";
import { findWorkspace, openWorkspace } from "../../../app/workspace.ts";
import type { Project } from "../../../config/model.ts";
import { err, ok, type Result } from "../../../core/result.ts";
import type { Release } from "../../../release/release.ts";
import { renderFailure } from "../../render/failure.ts";
import { cleanOutput } from "../../render/text.ts";
import { trialRenderer } from "../../render/trial.ts";
import type { CliContext } from "../../terminal/context.ts";
import { showDiagnostics } from "../../terminal/diagnostics.ts";
import { printJson } from "../../terminal/json-output.ts";
import { noticesTo } from "../../terminal/notices.ts";
import type { ActionOf, FlagsOf } from "../definition.ts";
import type { devCommand } from "./dev-command.ts";

type Flags = FlagsOf<typeof devCommand>;

export const dev: ActionOf<typeof devCommand> = async (context, flags, project, step) => {
  if (flags.debug === true && step === undefined) {
    return usage(
      "a debugger waits in one step",
      `Name it: \`esteira dev ${project} STEP --debug\`.`,
    );
  }
  if (flags.debug === true && flags.deployed === true) {
    return usage(
      "what was deployed has no debugger in it",
      "Leave out --deployed: then your working copy runs, on what that run left.",
    );
  }
  const here = await onThisMachine(context, flags.env, {
    message: "steps are tried on this machine",
    help: asItRanHere(
      ["esteira dev", project, ...(step === undefined ? [] : [step])].join(" "),
      flags.from,
    ),
  });
  if (!here.ok) return here;
  const root = await findWorkspace(context);
  if (!root.ok) return root;
  const end = new AbortController();
  using _interrupts = context.onInterrupt(() => {
    end.abort();
  });
  // What was deployed has no files to save.
  if (flags.once === true || flags.deployed === true) {
    const once = await round(
      context,
      flags,
      { root: root.value, project, step },
      end.signal,
      undefined,
    );
    if (!once.ok) return once;
    return ok(end.signal.aborted ? "interrupted" : once.value.exit);
  }
  return await again(context, flags, { root: root.value, project, step }, end.signal);
};

/** Runs the steps at once and at each save, until somebody ends it. */
async function again(
  context: CliContext,
  flags: Flags,
  what: Wanted,
  end: AbortSignal,
): Promise<Result<Exit, Failure>> {
  let prepared: PreparedTrial | undefined;
  const { root } = what;
  let folders = await directoriesOf(context, what.project);
  while (!end.aborted) {
    using watch = watchFolders(["esteira.yaml", ...folders].map((path) => join(root, path)));
    const stop = new AbortController();
    const stopNow = (): void => {
      stop.abort();
    };
    end.addEventListener("abort", stopNow, { once: true });
    watch.onChange = stopNow;
    const done = await round(context, flags, what, stop.signal, prepared);
    end.removeEventListener("abort", stopNow);
    if (end.aborted) break;
    if (done.ok) ({ prepared, folders } = done.value);
    // What was wrong from the start isn't waited for: a name, a flag.
    else if (prepared === undefined) return done;
    else showFailure(context, done.error);
    if (stop.signal.aborted) continue;
    const { errors } = context;
    const where = folders.join(", ");
    errors.lines(["", errors.style.dim(`Waiting for a change in ${where}. Ctrl-C ends.`)]);
    await Promise.race([watch.changed(), aborted(end)]);
  }
  return ok("interrupted");
}

/** The project's folder, before its config is read. */
async function directoriesOf(context: CliContext, project: string): Promise<readonly string[]> {
  const opened = await openWorkspace(context, "local");
  if (!opened.ok) return [];
  return opened.value.directories.filter((directory) => posix.basename(directory) === project);
}

interface Wanted {
  /** The workspace's folder. */
  readonly root: string;
  readonly project: string;
  readonly step: string | undefined;
}

interface Round {
  readonly exit: Exit;
  readonly prepared: PreparedTrial;
  /** Whose files it is made from, relative to the workspace. */
  readonly folders: readonly string[];
}

/** Reads the project as it is now, and runs its steps. */
async function round(
  context: CliContext,
  flags: Flags,
  { root, project: name, step: wanted }: Wanted,
  signal: AbortSignal,
  before: PreparedTrial | undefined,
): Promise<Result<Round, Failure>> {
  let result: Round | undefined;
  const notices = noticesTo(context, flags.json);
  const done = await withReleases(context, flags.env, [name], notices, async (session) => {
    const [project] = session.projects;
    const [built] = session.releases;
    if (project === undefined || built === undefined)
      return notFound(`there is no project ${name}`, "");
    const current = { project, release: built.release };
    const folders = [project.directory, ...(project.runtime.packages ?? [])];
    const made = await preparedOr(before, context, session, current, {
      from: flags.from,
      fromEnvironment: flags["from-env"],
      deployed: flags.deployed === true,
      params: flags.param ?? [],
      signal,
      listener: ({ text }) => {
        context.errors.line(context.errors.style.dim(cleanOutput(text, context.errors.color)));
      },
    });
    if (!made.ok) return made;
    const { trials, place, runtime, tried: what } = made.value;
    const chosen = stepsToTry(what.project, wanted);
    if (!chosen.ok) return chosen;
    const steps: StepToTry[] = [];
    for (const step of chosen.value) {
      const command =
        flags.debug === true ? debugCommand(step.id, step.command, flags.port) : ok(step.command);
      if (!command.ok) return command;
      steps.push({ step, command: command.value });
    }
    const renderer = trialRenderer(context, {
      json: flags.json === true,
      root,
      project,
      environment: session.environment,
      deployed: runtime !== undefined,
      source: before === undefined ? made.value.source : undefined,
      asStarted: made.value.started !== undefined && Object.keys(what.params).length > 0,
      port: flags.debug === true ? flags.port : undefined,
    });
    const tried = await trySteps({
      trials,
      place,
      project: what.project,
      release: what.release,
      steps,
      params: what.params,
      item: flags.item,
      at: what.at,
      runtime,
      debug: flags.debug === true,
      signal,
      listener: renderer,
    });
    if (!tried.ok) return tried;
    if (flags.json === true) {
      for (const { diagnosis = null, ...one } of tried.value) {
        printJson(context, "dev-step", { project: name, ...one, diagnosis });
      }
    }
    const exit = tried.value.every(({ exitCode }) => exitCode === 0) ? "ok" : "failed";
    result = { exit, prepared: made.value, folders };
    return ok(exit);
  });
  if (!done.ok) return done;
  if (result === undefined)
    return err({ exit: done.value, reason: "failed", message: "nothing ran" });
  return ok(result);
}

/** A scratch run is made once; what is run in it is read anew at each save. */
async function preparedOr(
  before: PreparedTrial | undefined,
  context: CliContext,
  session: ReleaseSession,
  current: { readonly project: Project; readonly release: Release },
  wishes: TrialWishes,
): Promise<Result<PreparedTrial, Failure>> {
  if (before === undefined) return prepareTrial(context, session, current, wishes);
  const tried = triedNow(current, before.started, wishes.params, context.clock.now());
  if (!tried.ok) return tried;
  const trials = session.platform.trials ?? before.trials;
  return ok({ ...before, trials, tried: tried.value });
}

function showFailure(context: CliContext, failure: Failure): void {
  const { errors } = context;
  if (failure.diagnostics !== undefined) showDiagnostics(context, failure.diagnostics);
  errors.lines(renderFailure(failure, { style: errors.style, width: errors.wrapAt() }));
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
