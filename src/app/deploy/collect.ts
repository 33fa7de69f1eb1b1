import type { EdgeError } from "../../core/edge-error.ts";
import type { ProjectName } from "../../core/ids.ts";
import { ok, type Result } from "../../core/result.ts";
import type { Garbage, GarbageOptions } from "../../platform/roles/garbage.ts";
import type { PlatformSession } from "../workspace.ts";
import { oldArtifacts, removeOldArtifacts } from "./old-artifacts.ts";

type Subject = Pick<PlatformSession, "platform" | "settings">;

/** Whether anything may ever go in an environment. */
export function collects({ platform, settings }: Subject): boolean {
  return platform.garbage !== undefined || settings.keepArtifactsDays !== undefined;
}

/**
 * What nobody needs any more: what deploys left behind, and old artifacts. Removes it, or says it.
 */
export async function collectAll(
  { platform, settings }: Subject,
  projects: readonly ProjectName[],
  options: GarbageOptions,
  now: number,
): Promise<Result<readonly Garbage[], EdgeError>> {
  const left = (await platform.garbage?.collect(projects, options)) ?? ok([]);
  if (!left.ok) return left;
  const { keepArtifactsDays: days } = settings;
  if (days === undefined) return left;
  const old = await oldArtifacts(platform, projects, days, now);
  if (!old.ok) return old;
  if (!options.dryRun) {
    const removed = await removeOldArtifacts(platform, old.value, options.signal);
    if (!removed.ok) return removed;
  }
  return ok([...left.value, ...old.value]);
}
