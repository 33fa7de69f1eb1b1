import { ok } from "../../../core/result.ts";
import type { ActionOf, EnvironmentFlags } from "../definition.ts";
import type { CliContext } from "../../terminal/context.ts";
import { costOf } from "../../../app/runs/cost.ts";
import { failed, fromPlatform } from "../../../app/failure.ts";
import type { statusCommand } from "./status-command.ts";
import { nextFire } from "../../terminal/next-fire.ts";
import { readRun } from "../../../app/runs/read-run.ts";
import { renderOverview, type ProjectOverview } from "../../render/overview.ts";
import { renderRun } from "../../render/run.ts";
import { renderDeliveries, renderNoMail } from "../../render/deliveries.ts";
import { findRun, latestRun } from "../../../app/runs/run-reference.ts";
import { runDocument } from "../../../app/runs/run-document.ts";
import { surroundingsOf } from "../../terminal/surroundings.ts";
import { withPlatform, type PlatformSession } from "../../../app/workspace.ts";
import { printJson } from "../../terminal/json-output.ts";

export const status: ActionOf<typeof statusCommand> = async (context, flags, reference) =>
  withPlatform(context, flags.env, async (session) => {
    if (reference === undefined) return overview(context, flags, session);
    const found = await findRun(session.platform, reference, session.projectNames);
    if (!found.ok) return found;
    const reading = await readRun(session.platform, found.value, context.clock.now());
    if (!reading.ok) return reading;
    const { release, view, deliveries } = reading.value;
    const cost = await costOf(release, view, session.region, context.clock.now());
    if (flags.json) {
      printJson(context, "run", runDocument(reading.value, cost));
    } else {
      const surroundings = surroundingsOf(context);
      context.out.lines([
        ...renderRun({ ...reading.value, cost }, surroundings),
        ...renderDeliveries(deliveries, session.environment, surroundings),
      ]);
    }
    return ok("ok");
  });

/** Projects that are asked about at the same time. */
const atOnce = 32;
/** So many latest runs AWS gives at once; then five a second: see `aws/throttle.ts`. */
const manyProjects = 150;

async function overview(
  context: CliContext,
  flags: EnvironmentFlags,
  { platform, projectNames, environment, settings }: PlatformSession,
) {
  const deployed = await platform.listDeployed();
  if (!deployed.ok) return failed(fromPlatform(deployed.error));
  const schedules = await platform.schedules();
  if (!schedules.ok) return failed(fromPlatform(schedules.error));
  const releases = new Map<string, (typeof deployed.value)[number]>(
    deployed.value.map((item) => [item.release.project, item]),
  );
  const names = [...new Set([...projectNames, ...releases.keys()])].toSorted();
  const projects: ProjectOverview[] = [];
  // On AWS each project's latest run is a separate request, of which it admits few a second.
  if (platform.kind === "aws" && names.length > manyProjects && context.errors.live) {
    const seconds = Math.ceil((names.length - manyProjects) / 5 / 10) * 10;
    context.errors.line(
      context.errors.style.dim(
        `Asking AWS for the latest run of ${names.length} projects; it lets that take about ${seconds} s.`,
      ),
    );
  }
  for (let start = 0; start < names.length; start += atOnce) {
    const batch = names.slice(start, start + atOnce);
    const runs = await Promise.all(batch.map((name) => latestRun(platform, name)));
    for (const [index, name] of batch.entries()) {
      const release = releases.get(name);
      const last = runs[index];
      if (last?.ok === false) return last;
      projects.push({
        project: name,
        deployed: release && {
          version: release.release.version,
          fingerprint: release.fingerprint,
          deployedAt: release.deployedAt,
        },
        lastRun: last?.value,
        next: nextFire(
          schedules.value.find(({ project }) => project === name),
          context.clock.now(),
        ),
      });
    }
  }
  if (flags.json) {
    printJson(context, "overview", { environment, projects });
  } else if (projects.length === 0) {
    context.out.lines([
      "This workspace has no projects yet.",
      `  ${context.out.style.dim("$")} esteira new my-project`,
    ]);
  } else {
    const surroundings = surroundingsOf(context);
    const mailed = [...releases.values()].some(({ release: { notifications } }) =>
      [...notifications.onSuccess, ...notifications.onFailure].some(({ kind }) => kind === "email"),
    );
    context.out.lines([
      ...renderOverview(projects, surroundings),
      ...(mailed && settings.mail === undefined
        ? ["", ...renderNoMail(environment, surroundings)]
        : []),
    ]);
  }
  return ok("ok" as const);
}
