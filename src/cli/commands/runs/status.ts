import { ok, type Result } from "../../../core/result.ts";
import type { ActionOf, EnvironmentFlags } from "../definition.ts";
import type { CliContext } from "../../terminal/context.ts";
import { costOf } from "../../../platform/run-cost.ts";
import type { Exit } from "../../../app/exit-codes.ts";
import type { Failure } from "../../../app/failure.ts";
import type { statusCommand } from "./status-command.ts";
import { readRun } from "../../../app/runs/read-run.ts";
import { overviewDocument, readOverview } from "../../../app/runs/overview.ts";
import { renderOverview } from "../../render/overview.ts";
import { renderRun } from "../../render/run.ts";
import { renderDeliveries, renderNoMail } from "../../render/deliveries.ts";
import { findRun } from "../../../app/runs/run-reference.ts";
import { missingModel } from "../../../app/runs/missing-model.ts";
import { runDocument } from "../../../app/runs/run-document.ts";
import { surroundingsOf } from "../../terminal/surroundings.ts";
import { withPlatform, type PlatformSession } from "../../../app/workspace.ts";
import { printJson } from "../../terminal/json-output.ts";

export const status: ActionOf<typeof statusCommand> = async (context, flags, reference) =>
  withPlatform(context, flags.env, async (session) => {
    if (reference === undefined) return overview(context, flags, session);
    const found = await findRun(session.platform, reference, session.projectNames);
    if (!found.ok) return found;
    // Named by its project, it is the newest run of it.
    if (reference === found.value.project) await session.platform.fleetIndex?.compare(found.value);
    const reading = await readRun(session.platform, found.value, context.clock.now());
    if (!reading.ok) return reading;
    const { run, release, view, deliveries } = reading.value;
    const cost = await costOf(release, view, session.region, context.clock.now());
    if (flags.json) {
      printJson(context, "run", runDocument(reading.value, cost));
    } else {
      const surroundings = surroundingsOf(context);
      const missing =
        release.definition === undefined
          ? undefined
          : missingModel(session.settings, release, run.modelVersion);
      context.out.lines([
        ...renderRun({ ...reading.value, cost, missingModel: missing }, surroundings),
        ...renderDeliveries(deliveries, session.environment, surroundings),
      ]);
    }
    return ok("ok");
  });

async function overview(
  context: CliContext,
  flags: EnvironmentFlags,
  session: PlatformSession,
): Promise<Result<Exit, Failure>> {
  const { environment, settings } = session;
  const { out, errors } = context;
  const found = await readOverview(session, {
    now: context.clock.now(),
    onSlow: (projects, seconds, remedy) => {
      if (!errors.live) return;
      errors.line(
        errors.style.dim(
          `Asking AWS for the latest run of ${projects} projects; it lets that take about ${seconds} s.`,
        ),
      );
      if (remedy !== undefined) errors.line(errors.style.dim(`To have it at once: ${remedy}.`));
    },
  });
  if (!found.ok) return found;
  const { projects, mails } = found.value;
  if (flags.json) {
    printJson(context, "overview", overviewDocument(environment, found.value));
  } else if (projects.length === 0) {
    out.lines([
      "This workspace has no projects yet.",
      `  ${out.style.dim("$")} esteira new my-project`,
    ]);
  } else {
    const surroundings = surroundingsOf(context);
    out.lines([
      ...renderOverview(projects, surroundings),
      ...(mails && settings.mail === undefined
        ? ["", ...renderNoMail(environment, surroundings)]
        : []),
    ]);
  }
  return ok("ok");
}
