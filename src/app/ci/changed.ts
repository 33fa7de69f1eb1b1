import { posix } from "node:path";

import { ok, type Result } from "../../core/result.ts";
import { packagesNamed } from "../../config/written-packages.ts";
import { branchChain } from "../../governance/branch-rules.ts";
import { changedProjects } from "../../governance/changed-projects.ts";
import { branchTip, clonedInPart, commitOf } from "../../governance/git.ts";
import { pullRequestRun, pushedFrom, queuedOn } from "../../governance/github-run.ts";
import type { DocumentOf } from "../documents/documents.ts";
import { usage, type Failure } from "../failure.ts";
import { missingProjects, submoduleMissing } from "../missing-projects.ts";
import type { Host } from "../host.ts";
import { githubEvent } from "./github-event.ts";
import { lacksBranch, lacksHistory } from "./lacking-history.ts";
import { gitFailed, openRepository, type Repository } from "./repository.ts";

export interface FoundChanges {
  readonly root: string;
  /** What was compared with, by its name and by its commit. */
  readonly base: string;
  readonly commit: string;
  /** Folders of the projects that differ, relative to the workspace. */
  readonly directories: readonly string[];
}

/**
 * Asks Git what has changed since the base.
 *
 * @param named what to compare with: a branch or a commit; else it follows from where this runs
 */
export async function findChanged(
  host: Host,
  named: string | undefined,
): Promise<Result<FoundChanges, Failure>> {
  const repository = await openRepository(host);
  if (!repository.ok) return repository;
  const { git, root, prefix, folders } = repository.value;
  const base = await baseOf(host, named, repository.value);
  if (!base.ok) return base;
  const part = await clonedInPart(git);
  const commit = (await branchTip(git, base.value)) ?? (await commitOf(git, base.value));
  if (commit === undefined) {
    return lacksBranch(
      host,
      git,
      base.value,
      part,
      branchChain(repository.value.workspace.branches),
    );
  }
  const { absent, submodules } = await missingProjects(folders);
  const leftOut = absent.flatMap(({ directory, sparse }) => (sparse ? directory : []));
  const directories = [...repository.value.directories, ...leftOut, ...submodules].toSorted();
  const found = await changedProjects(git, {
    since: commit,
    prefix,
    directories,
    packages: (directory) => packagesNamed(root, directory),
  });
  if (found.ok) {
    const unseen = submodules.find((directory) => found.value.includes(directory));
    if (unseen !== undefined) return submoduleMissing(unseen);
    return ok({ root, base: base.value, commit, directories: found.value });
  }
  // Without a common ancestor `git merge-base` says nothing at all.
  return part === undefined ? gitFailed(found.error) : lacksHistory(host, part);
}

/**
 * What is named, else what the pull request goes into, else what the push found or the merge queue
 * is based on, else the branch that features go to.
 */
async function baseOf(
  host: Host,
  named: string | undefined,
  { workspace }: Repository,
): Promise<Result<string, Failure>> {
  if (named !== undefined) return ok(named);
  const event = await githubEvent(host);
  const name = host.environment["GITHUB_EVENT_NAME"];
  const base =
    pullRequestRun(host.environment, event)?.base ??
    (name === "push" ? pushedFrom(event) : undefined) ??
    (name === "merge_group" ? queuedOn(event) : undefined) ??
    branchChain(workspace.branches)[0];
  if (base !== undefined) return ok(base);
  return usage("there is nothing to compare with", "Name it: --base BRANCH, or a commit.");
}

/** The projects that are changed, as `--json` gives them. */
export function changedDocument({
  base,
  commit,
  directories,
}: FoundChanges): DocumentOf<"changed"> {
  const projects = directories.map((directory) => ({
    project: posix.basename(directory),
    directory,
  }));
  return { base, commit, projects };
}
