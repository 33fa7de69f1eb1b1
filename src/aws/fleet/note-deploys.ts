import { mapConcurrently } from "../../core/concurrency.ts";
import { projectName } from "../../core/ids.ts";
import type { ApplySummary } from "../../platform/port.ts";
import { getHold } from "../bucket/holds.ts";
import type { AccountSession } from "../deploy/session.ts";
import { deployedRelease } from "../releases/kept.ts";
import { schedulesOf } from "../schedules.ts";
import { noteProjects, type ProjectNews, readProjects, standingOf } from "./projects.ts";

/**
 * Writes down in the fleet's index what an apply has made of projects, where the index is kept.
 * What can't be read or written now the hourly look finds: no deploy fails for it.
 */
export async function noteDeploys(
  session: AccountSession,
  { projects }: ApplySummary,
  actor: string,
): Promise<void> {
  const moved = projects.filter(({ outcome }) => outcome === "changed" || outcome === "failed");
  if (moved.length === 0) return;
  const kept = await readProjects(session.store);
  if (!kept.ok || kept.value === undefined) return;
  const at = session.context.timing.now();
  const news = await mapConcurrently(moved, 8, async ({ project, error }): Promise<ProjectNews> =>
    error === undefined
      ? { project, ...(await nowOf(session, project)) }
      : { project, failedDeploy: { at, actor, error: error.message } },
  );
  await noteProjects(session, news);
}

/** How a project is after its deploy; what can't be read stays as it was. */
async function nowOf(
  session: AccountSession,
  project: string,
): Promise<Omit<ProjectNews, "project">> {
  const [deployed, hold] = await Promise.all([
    deployedRelease(session, projectName(project)),
    getHold(session.store, project),
  ]);
  if (!deployed.ok || !hold.ok) return {};
  if (deployed.value === undefined) return { gone: true };
  const holds = new Map(hold.value === undefined ? [] : [[project, hold.value]]);
  const schedules = await schedulesOf(session.context, [deployed.value], holds);
  if (!schedules.ok) return {};
  return standingOf(deployed.value, schedules.value[0], hold.value?.rejected);
}
