import { projectName, runId } from "../../core/ids.ts";
import { ok, type Result } from "../../core/result.ts";
import type { ConsoleDocumentOf } from "../documents/console.ts";
import { deployedProject } from "../deploy/deployed-project.ts";
import { failed, fromPlatform, type Failure } from "../failure.ts";
import { knownProjects } from "../missing-projects.ts";
import { suggestion } from "../names.ts";
import { leavesOut, runInput } from "../runs/run-input.ts";
import { runToContinue } from "../runs/run-reference.ts";
import { stopRun } from "../runs/stop-run.ts";
import { scheduleFields } from "../schedules/schedule-document.ts";
import { scheduleView } from "../schedules/schedule-view.ts";
import type { PlatformSession } from "../workspace.ts";
import { actorOf, type ConsoleContext, type Person } from "./context.ts";
import { findRunById } from "./run.ts";
import { shellWord } from "./shell-word.ts";

type RunAction = ConsoleDocumentOf<"run-action">;

/** What somebody chose in the form of a run. */
export interface RunWish {
  readonly params?: Readonly<Record<string, string>> | undefined;
  readonly from?: string | undefined;
  readonly only?: readonly string[] | undefined;
}

/** `esteira run --detach` */
export async function startRun(
  session: PlatformSession,
  person: Person,
  project: string,
  { params = {}, from, only = [] }: RunWish,
): Promise<Result<RunAction, Failure>> {
  const { platform, environment } = session;
  const deployed = await deployedProject(session, project);
  if (!deployed.ok) return deployed;
  const given = Object.entries(params).map(([name, value]) => `${name}=${value}`);
  const wishes = { params: given, from, only, actor: actorOf(session, person) };
  const { release } = deployed.value;
  const last = leavesOut(wishes) ? await runToContinue(platform, release) : ok(undefined);
  if (!last.ok) return last;
  const input = runInput(release, { ...wishes, origin: last.value?.origin });
  if (!input.ok) return input;
  const started = await platform.start(projectName(project), input.value, { mode: "detach" });
  if (!started.ok) return failed(fromPlatform(started.error));
  const command = suggestion(
    environment,
    "run",
    project,
    ...given.map((one) => `--param ${shellWord(one)}`),
    ...(from === undefined ? [] : [`--from ${from}`]),
    ...only.map((step) => `--only ${step}`),
    "--detach",
  );
  return ok({ environment, project, run: started.value, command });
}

/** `esteira stop` */
export async function stopByConsole(
  session: PlatformSession,
  person: Person,
  id: string,
): Promise<Result<RunAction, Failure>> {
  const { platform, environment } = session;
  const found = await findRunById(session, id);
  if (!found.ok) return found;
  const { run, project } = found.value;
  const stopped = await stopRun(platform, found.value, actorOf(session, person));
  if (!stopped.ok) return stopped;
  return ok({ environment, project, run, command: suggestion(environment, "stop", run) });
}

/** `esteira resume --detach` */
export async function resumeRun(
  session: PlatformSession,
  person: Person,
  id: string,
  {
    release,
    from,
  }: {
    readonly release?: "same" | "latest" | undefined;
    readonly from?: string | undefined;
  },
): Promise<Result<RunAction, Failure>> {
  const { platform, environment } = session;
  const found = await findRunById(session, id);
  if (!found.ok) return found;
  const resumed = await platform.resume(runId(id), {
    mode: "detach",
    actor: actorOf(session, person),
    ...(release === undefined ? {} : { release }),
    ...(from === undefined ? {} : { from }),
  });
  if (!resumed.ok) return failed(fromPlatform(resumed.error));
  const command = suggestion(
    environment,
    "resume",
    id,
    ...(release === undefined ? [] : [`--release ${release}`]),
    ...(from === undefined ? [] : [`--from ${from}`]),
    "--detach",
  );
  return ok({ environment, project: found.value.project, run: resumed.value, command });
}

/** `esteira schedule enable` and `disable` */
export async function setSchedule(
  { host }: ConsoleContext,
  session: PlatformSession,
  person: Person,
  project: string,
  { enabled, reason }: { readonly enabled: boolean; readonly reason?: string | undefined },
): Promise<Result<ConsoleDocumentOf<"schedule-action">, Failure>> {
  const { platform, environment, settings, folders } = session;
  const change = {
    actor: actorOf(session, person),
    ...(reason === undefined || reason.trim() === "" ? {} : { reason: reason.trim() }),
  };
  const name = projectName(project);
  const done = enabled
    ? await platform.enableSchedule(name, change)
    : await platform.disableSchedule(name, change);
  if (!done.ok) return failed(fromPlatform(done.error));
  const known = await knownProjects(folders, [name]);
  const around = { now: host.clock.now(), count: 5, environment: settings, known };
  const command = suggestion(
    environment,
    "schedule",
    enabled ? "enable" : "disable",
    project,
    ...(change.reason === undefined ? [] : [`--reason ${shellWord(change.reason)}`]),
  );
  return ok({ environment, schedule: scheduleFields(scheduleView(done.value, around)), command });
}
