import { projectName } from "../../core/ids.ts";
import { ok, type Result } from "../../core/result.ts";
import { type BackfillEvent, runBackfill } from "../../platform/backfill.ts";
import { isEmptyPlan, type Plan } from "../../platform/plan.ts";
import type { ApplyEvent, Platform } from "../../platform/port.ts";
import { zoneOf } from "../../schedule/zone-time.ts";
import { appliedDocument } from "../deploy/applied-document.ts";
import { planDeploy } from "../deploy/planned-deploy.ts";
import type { ConsoleDocumentOf } from "../documents/console.ts";
import { failed, fromPlatform, type Failure } from "../failure.ts";
import { suggestion } from "../names.ts";
import type { Notices } from "../notices.ts";
import { roleOf } from "../roles.ts";
import { reportBackfill } from "../schedules/backfill-report.ts";
import { type BackfillRange, plannedBackfill } from "../schedules/backfill-plan.ts";
import type { PlatformSession } from "../workspace.ts";
import { actorOf, type ConsoleContext, type Person } from "./context.ts";
import type { Done } from "./operations.ts";
import { shellWord } from "./shell-word.ts";

type Operation = ConsoleDocumentOf<"operation">;

const silent: Notices = { warnings: () => Promise.resolve(), registry: () => undefined };

/** What a deploy would change, as `esteira plan` gives it. */
export async function readPlan(
  { host }: Pick<ConsoleContext, "host">,
  environment: string,
  projects: readonly string[],
): Promise<Result<Plan, Failure>> {
  let plan: Plan | undefined;
  const done = await planDeploy(host, { env: environment }, projects, silent, (planned) => {
    ({ plan } = planned);
    return Promise.resolve(ok("ok"));
  });
  if (!done.ok) return done;
  if (plan === undefined) throw new Error("a plan was made and not given");
  return ok(plan);
}

/** `esteira deploy --yes` */
export function beginDeploy(
  { host, operations }: ConsoleContext,
  session: PlatformSession,
  person: Person,
  {
    projects = [],
    prune = false,
  }: {
    readonly projects?: readonly string[] | undefined;
    readonly prune?: boolean | undefined;
  },
): Operation {
  const { environment } = session;
  const actor = actorOf(session, person);
  const options = prune ? ["--prune", "--yes"] : [];
  const command = suggestion(environment, "deploy", ...projects, ...options);
  const subject = { kind: "deploy", environment, projects, actor, command } as const;
  return operations.begin(subject, async (say, signal) => {
    let came: Result<Done, Failure> | undefined;
    const notices: Notices = { ...silent, registry: say };
    const done = await planDeploy(
      host,
      { env: environment, prune },
      projects,
      notices,
      async ({ platform, plan, releases, target }) => {
        const { promoteFor } = await import("../deploy/model-gate.ts");
        came = await applied(plan, actor, { say, signal }, (applying) =>
          platform.apply(plan, releases, {
            ...applying,
            promote: (decision) => promoteFor(host, target, decision),
          }),
        );
        return ok("ok");
      },
    );
    if (!done.ok) return done;
    if (came === undefined) throw new Error("a deploy ended without having come to anything");
    return came;
  });
}

/** `esteira rollback` */
export async function beginRollback(
  { operations }: ConsoleContext,
  session: PlatformSession,
  person: Person,
  project: string,
  { to, reason }: { readonly to?: string | undefined; readonly reason?: string | undefined },
): Promise<Result<Operation, Failure>> {
  const { platform, environment } = session;
  const rollbacks = roleOf(session, "rollbacks", (name) => ({
    message: `releases are not rolled back in ${name}: it is on this machine`,
    help: `Check out the commit that you want, and \`esteira deploy ${project}\`.`,
  }));
  if (!rollbacks.ok) return rollbacks;
  const planned = await rollbacks.value.plan(projectName(project), {
    ...(to === undefined ? {} : { to }),
    ...(reason === undefined ? {} : { reason }),
  });
  if (!planned.ok) return failed(fromPlatform(planned.error));
  const plan = planned.value;
  const actor = actorOf(session, person);
  const command = suggestion(
    environment,
    "rollback",
    project,
    ...(to === undefined ? [] : [`--to ${to}`]),
    ...(reason === undefined ? [] : [`--reason ${shellWord(reason)}`]),
  );
  const subject = { kind: "rollback", environment, projects: [project], actor, command } as const;
  return ok(
    operations.begin(subject, (say, signal) =>
      applied(plan, actor, { say, signal }, (applying) => platform.apply(plan, [], applying)),
    ),
  );
}

interface Around {
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

type Apply = (
  options: Pick<Parameters<Platform["apply"]>[2], "actor" | "listener" | "signal" | "replanned">,
) => ReturnType<Platform["apply"]>;

async function applied(
  plan: Plan,
  actor: string,
  { say, signal }: Around,
  apply: Apply,
): Promise<Result<Done, Failure>> {
  if (isEmptyPlan(plan)) {
    const projects = plan.projects.map(({ project, hold }) => ({
      project,
      outcome: hold === undefined ? ("unchanged" as const) : ("held" as const),
    }));
    return ok({ result: appliedDocument(plan, { projects }), failed: false });
  }
  const began = performance.now();
  const durations = new Map<string, number>();
  let current = plan;
  const done = await apply({
    actor,
    signal,
    replanned: (now) => {
      current = now;
    },
    listener: (event) => {
      const line = lineOf(event);
      if (line !== undefined) say(line);
      if (event.kind === "project-finished") durations.set(event.project, event.durationMs);
    },
  });
  if (!done.ok) return failed(fromPlatform(done.error));
  const tookMs = Math.round(performance.now() - began);
  return ok({
    result: appliedDocument(current, done.value, durations, tookMs),
    failed: done.value.projects.some(({ outcome }) => outcome === "failed"),
  });
}

function lineOf(event: ApplyEvent): string | undefined {
  switch (event.kind) {
    case "project-started":
    case "step-finished":
      return undefined;
    case "step-started":
    case "output":
      return `${event.project}: ${event.text}`;
    case "warning":
      return `${event.project}: ${event.diagnostic.message}`;
    case "project-finished":
      return `${event.project}: ${event.outcome}`;
  }
}

/** What `esteira backfill` would start. */
export async function previewBackfill(
  { host }: ConsoleContext,
  session: PlatformSession,
  project: string,
  range: BackfillRange,
): Promise<Result<ConsoleDocumentOf<"backfill-preview">, Failure>> {
  const { environment } = session;
  const planned = await plannedBackfill(session, project, range, host.clock.now());
  if (!planned.ok) return planned;
  return ok({
    environment,
    project,
    ...planned.value,
    command: backfillCommand(session, project, range),
  });
}

function backfillCommand(
  { environment }: PlatformSession,
  project: string,
  { from, to }: BackfillRange,
): string {
  const range = [`--from ${shellWord(from)}`, `--to ${shellWord(to)}`];
  return suggestion(environment, "backfill", project, ...range);
}

/** `esteira backfill --yes` */
export async function beginBackfill(
  { host, operations }: ConsoleContext,
  session: PlatformSession,
  person: Person,
  project: string,
  { maxActive = 1, ...range }: BackfillRange & { readonly maxActive?: number | undefined },
): Promise<Result<Operation, Failure>> {
  const { platform, environment } = session;
  const planned = await plannedBackfill(session, project, range, host.clock.now());
  if (!planned.ok) return planned;
  const { items, timezone } = planned.value;
  const actor = actorOf(session, person);
  const command = backfillCommand(session, project, range);
  const subject = { kind: "backfill", environment, projects: [project], actor, command } as const;
  return ok(
    operations.begin(subject, async (say, signal) => {
      const ended: Extract<BackfillEvent, { readonly kind: "ended" }>[] = [];
      const name = projectName(project);
      const done = await runBackfill(platform, name, items, {
        actor,
        maxActive,
        signal,
        listener: (event) => {
          if (event.kind === "ended") ended.push(event);
          say(backfillLine(event, timezone));
        },
      });
      const reported = await reportBackfill(platform, { project, actor, items, ended });
      if (!reported.ok) say(`nobody was notified: ${reported.error.message}`);
      if (!done.ok) return failed(fromPlatform(done.error));
      const left = items.filter(({ state }) => state !== "succeeded").length - ended.length;
      return ok({ result: { ...done.value, left }, failed: done.value.failed > 0 });
    }),
  );
}

function backfillLine(event: BackfillEvent, timezone: string): string {
  const local = new Date(zoneOf(timezone).localOf(event.at)).toISOString().slice(0, 16);
  const when = local.replace("T", " ");
  return event.kind === "begun"
    ? `${when}: ${event.run}`
    : `${when}: ${event.run.status.toLowerCase().replace("_", " ")}`;
}
