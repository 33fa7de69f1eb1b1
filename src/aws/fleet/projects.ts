import type { ProjectName } from "../../core/ids.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { DeployedRelease, PlatformError } from "../../platform/port.ts";
import type { StandingProject } from "../../platform/roles/fleet-index.ts";
import { heldText } from "../../platform/roles/rollbacks.ts";
import type { DeployedSchedule } from "../../platform/schedules.ts";
import type { HoldDocument } from "../bucket/holds.ts";
import { readDocument, type Stored } from "../bucket/document.ts";
import { keys } from "../bucket/location.ts";
import type { BucketStore } from "../bucket/store.ts";
import type { AccountSession } from "../deploy/session.ts";

/**
 * `fleet/projects.json`: what is deployed of each project, for who reads all of them at once. The
 * notifier's hourly look writes it whole; deploys, and who disables a schedule, write their part.
 */
export interface ProjectsDocument {
  readonly schema: 1;
  /** The index has all runs that ended since; milliseconds since the epoch. */
  readonly since: number;
  /** When the hourly look that wrote it last began. */
  readonly lookedAt: number;
  readonly projects: Readonly<Record<string, ProjectEntry>>;
}

/** What was read of a project at a time. What was read later counts. */
export interface ProjectEntry extends StandingProject {
  readonly at: number;
  /** It was destroyed: kept until the next look, which may have read it before. */
  readonly gone?: true;
}

/** Undefined where no hourly look has written it yet. */
export function readProjects(
  store: BucketStore,
): Promise<Result<Stored<ProjectsDocument> | undefined, PlatformError>> {
  return readDocument<ProjectsDocument>(store, keys.fleetProjects);
}

/** What of a deployed release lists show. */
export function standingOf(
  { release, fingerprint, deployedAt, decided }: DeployedRelease,
  schedule: DeployedSchedule | undefined,
  rejected: HoldDocument["rejected"],
): StandingProject {
  const { notifications, owners } = release;
  const recipients = [...notifications.onSuccess, ...notifications.onFailure];
  return {
    project: release.project,
    deploy: {
      project: release.project,
      version: release.version,
      fingerprint,
      deployedAt,
      owner: owners.technical ?? owners.business,
      model: { name: release.model.name, version: decided["model"] },
    },
    mails: recipients.some(({ kind }) => kind === "email"),
    schedule,
    failedDeploy: undefined,
    hold: rejected && heldText(rejected),
  };
}

/** What somebody has just done to a project; what it doesn't say stays. */
export type ProjectNews = Partial<Omit<StandingProject, "project">> & {
  readonly project: ProjectName | string;
  readonly gone?: true;
};

/** Writes news of projects down where the index is kept; nowhere else. */
export async function noteProjects(
  { store, context: { timing } }: Pick<AccountSession, "store" | "context">,
  news: readonly ProjectNews[],
): Promise<Result<void, PlatformError>> {
  if (news.length === 0) return ok(undefined);
  const at = timing.now();
  const written = await changeProjects(store, (before) => {
    if (before === undefined) return undefined;
    const projects = { ...before.projects };
    for (const one of news) {
      const { gone: _gone, ...known } = projects[one.project] ?? { ...absent(one.project), at };
      projects[one.project] = { ...known, ...one, at };
    }
    return { ...before, projects };
  });
  return written.ok ? ok(undefined) : written;
}

/** A project of which nothing is deployed. */
function absent(project: string): StandingProject {
  return {
    project,
    deploy: undefined,
    mails: false,
    schedule: undefined,
    failedDeploy: undefined,
    hold: undefined,
  };
}

/** So many times it is tried again where somebody else was faster. */
const tries = 20;

/**
 * Changes it, even while others do.
 *
 * @param change is applied to what is there then; undefined: nothing is written
 */
export async function changeProjects(
  store: BucketStore,
  change: (before: ProjectsDocument | undefined) => ProjectsDocument | undefined,
): Promise<Result<void, PlatformError>> {
  for (let tried = 0; tried < tries; tried += 1) {
    const found = await readProjects(store);
    if (!found.ok) return found;
    const document = change(found.value?.document);
    if (document === undefined) return ok(undefined);
    const written = await store.put(
      keys.fleetProjects,
      JSON.stringify(document),
      found.value === undefined
        ? { kind: "absent" }
        : { kind: "unchanged", version: found.value.version },
    );
    if (!written.ok) return written;
    if (written.value !== "conflict") return ok(undefined);
  }
  return err({
    reason: "unavailable",
    message: `${keys.fleetProjects} was changed by others again and again`,
    help: "it is tried again",
  });
}
