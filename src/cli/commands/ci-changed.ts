import { posix } from "node:path";

import { ok, type Result } from "../../core/result.ts";
import { branchChain } from "../../governance/branch-rules.ts";
import { changedProjects } from "../../governance/changed-projects.ts";
import { branchTip, clonedInPart, commitOf } from "../../governance/git.ts";
import { pullRequestRun, pushedFrom } from "../../governance/github-run.ts";
import type { Action } from "../action.ts";
import type { CliContext } from "../context.ts";
import { usage, type Failure } from "../failure.ts";
import { githubEvent } from "../github-event.ts";
import { printJson } from "../json-output.ts";
import { lacksBranch, lacksHistory } from "../lacking-history.ts";
import { gitFailed, openRepository, type Repository } from "../repository.ts";
import type { ChangedFlags } from "../routes-ci.ts";

export const changed: Action<ChangedFlags, []> = async (context, flags) => {
  const repository = await openRepository(context);
  if (!repository.ok) return repository;
  const { git, prefix, directories } = repository.value;
  const name = await baseOf(context, flags, repository.value);
  if (!name.ok) return name;
  const part = await clonedInPart(git);
  const since = (await branchTip(git, name.value)) ?? (await commitOf(git, name.value));
  if (since === undefined) return lacksBranch(context, name.value, part);
  const found = await changedProjects(git, { since, prefix, directories });
  if (!found.ok) {
    // Without a common ancestor `git merge-base` says nothing at all.
    return part === undefined ? gitFailed(found.error) : lacksHistory(context, part);
  }
  const projects = found.value.map((directory) => ({
    project: posix.basename(directory),
    directory,
  }));
  if (flags.json) printJson(context, { base: name.value, commit: since, projects });
  else context.out.lines(projects.map(({ project }) => project));
  return ok("ok");
};

/** What is named, else what the pull request goes into, else what the push found, else the branch that features go to. */
async function baseOf(
  context: CliContext,
  flags: ChangedFlags,
  { workspace }: Repository,
): Promise<Result<string, Failure>> {
  if (flags.base !== undefined) return ok(flags.base);
  const event = await githubEvent(context);
  const base =
    pullRequestRun(context.environment, event)?.base ??
    (context.environment["GITHUB_EVENT_NAME"] === "push" ? pushedFrom(event) : undefined) ??
    branchChain(workspace.branches)[0];
  if (base !== undefined) return ok(base);
  return usage("there is nothing to compare with", "Name it: --base BRANCH, or a commit.");
}
