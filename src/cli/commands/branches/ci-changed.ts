import { posix } from "node:path";

import { ok, type Result } from "../../../core/result.ts";
import { branchChain } from "../../../governance/branch-rules.ts";
import { changedProjects } from "../../../governance/changed-projects.ts";
import { branchTip, clonedInPart, commitOf } from "../../../governance/git.ts";
import { pullRequestRun, pushedFrom, queuedOn } from "../../../governance/github-run.ts";
import type { ActionOf } from "../definition.ts";
import type { CliContext } from "../../terminal/context.ts";
import { usage, type Failure } from "../../../app/failure.ts";
import { githubEvent } from "../../../app/ci/github-event.ts";
import { printJson } from "../../terminal/json-output.ts";
import { lacksBranch, lacksHistory } from "../../terminal/lacking-history.ts";
import { gitFailed, openRepository, type Repository } from "../../../app/ci/repository.ts";
import type { ciChangedCommand, ChangedFlags } from "./ci-changed-command.ts";

export const changed: ActionOf<typeof ciChangedCommand> = async (context, flags) => {
  const found = await findChanged(context, flags);
  if (!found.ok) return found;
  const { base, commit, directories } = found.value;
  const projects = directories.map((directory) => ({
    project: posix.basename(directory),
    directory,
  }));
  if (flags.json) printJson(context, "changed", { base, commit, projects });
  else context.out.lines(projects.map(({ project }) => project));
  return ok("ok");
};

export interface FoundChanges {
  readonly root: string;
  /** What was compared with, by its name and by its commit. */
  readonly base: string;
  readonly commit: string;
  /** Folders of the projects that differ, relative to the workspace. */
  readonly directories: readonly string[];
}

/** Asks Git what has changed since the base. */
export async function findChanged(
  context: CliContext,
  flags: ChangedFlags,
): Promise<Result<FoundChanges, Failure>> {
  const repository = await openRepository(context);
  if (!repository.ok) return repository;
  const { git, root, prefix, directories } = repository.value;
  const base = await baseOf(context, flags, repository.value);
  if (!base.ok) return base;
  const part = await clonedInPart(git);
  const commit = (await branchTip(git, base.value)) ?? (await commitOf(git, base.value));
  if (commit === undefined) return lacksBranch(context, base.value, part);
  const found = await changedProjects(git, { since: commit, prefix, directories });
  if (found.ok) return ok({ root, base: base.value, commit, directories: found.value });
  // Without a common ancestor `git merge-base` says nothing at all.
  return part === undefined ? gitFailed(found.error) : lacksHistory(context, part);
}

/**
 * What is named, else what the pull request goes into, else what the push found or the merge queue
 * stands on, else the branch
 * that features go to.
 */
async function baseOf(
  context: CliContext,
  flags: ChangedFlags,
  { workspace }: Repository,
): Promise<Result<string, Failure>> {
  if (flags.base !== undefined) return ok(flags.base);
  const event = await githubEvent(context);
  const name = context.environment["GITHUB_EVENT_NAME"];
  const base =
    pullRequestRun(context.environment, event)?.base ??
    (name === "push" ? pushedFrom(event) : undefined) ??
    (name === "merge_group" ? queuedOn(event) : undefined) ??
    branchChain(workspace.branches)[0];
  if (base !== undefined) return ok(base);
  return usage("there is nothing to compare with", "Name it: --base BRANCH, or a commit.");
}
