import { ok, type Result } from "../../core/result.ts";
import { branchFacts, type FactsError } from "../../governance/branch-facts.ts";
import { branchChain, checkBranch, type BrokenRule } from "../../governance/branch-rules.ts";
import type { Git } from "../../governance/git.ts";
import { pullRequestRun } from "../../governance/github-run.ts";
import type { Proposal } from "../../governance/proposal.ts";
import type { DocumentOf } from "../documents/documents.ts";
import { failed, refused, usage, type Failure } from "../failure.ts";
import type { Host } from "../host.ts";
import { invalid } from "../workspace.ts";
import { githubEvent } from "./github-event.ts";
import { lacksBranch, lacksHistory } from "./lacking-history.ts";
import { gitFailed, openRepository, type Repository } from "./repository.ts";

/** Which branch is to be merged and where, as far as a person names them. */
export interface NamedBranches {
  readonly head?: string | undefined;
  readonly base?: string | undefined;
}

export interface CheckedBranch {
  readonly head: string;
  readonly base: string;
  /** The rules that it breaks; none: it may go there. */
  readonly problems: readonly BrokenRule[];
}

/** Asks whether a branch may go where it is to go. */
export async function checkProposal(
  host: Host,
  named: NamedBranches,
): Promise<Result<CheckedBranch, Failure>> {
  const repository = await openRepository(host);
  if (!repository.ok) return repository;
  const { git, folder, prefix } = repository.value;
  const asked = await proposalOf(host, named, repository.value);
  if (!asked.ok) return asked;
  const { proposal, headCommit } = asked.value;
  const facts = await branchFacts(git, {
    proposal,
    folder,
    prefix,
    ...(headCommit === undefined ? {} : { headCommit }),
  });
  if (!facts.ok) {
    return notAsked(host, git, facts.error, branchChain(repository.value.workspace.branches));
  }
  const { head, base } = proposal;
  return ok({ head, base, problems: checkBranch(facts.value) });
}

/** Whether a branch may go where it is to go, as `--json` gives it. */
export function branchCheckDocument({
  head,
  base,
  problems,
}: CheckedBranch): DocumentOf<"branch-check"> {
  return { head, base, allowed: problems.length === 0, diagnostics: problems };
}

interface Asked {
  readonly proposal: Proposal;
  readonly headCommit: string | undefined;
}

/**
 * What the command line says, else the pull request that a workflow runs for, else the current
 * branch and where it goes next.
 */
async function proposalOf(
  host: Host,
  named: NamedBranches,
  { git, workspace }: Repository,
): Promise<Result<Asked, Failure>> {
  const run = pullRequestRun(host.environment, await githubEvent(host));
  if (run !== undefined && named.head === undefined && named.base === undefined) {
    const { head, base, number, fork, headCommit } = run;
    if (run.unreadable) {
      return refused(
        `it can't be read whose branch ${head} is, this repository's or a fork's`,
        "GITHUB_EVENT_PATH must name the event of the pull request, as it does in a job; by hand, name both branches: --head BRANCH --base BRANCH.",
      );
    }
    const proposal = {
      head,
      base,
      ...(number === undefined ? {} : { number }),
      ...(fork === undefined ? {} : { fork }),
    };
    return ok({ proposal, headCommit });
  }
  if (host.environment["GITHUB_EVENT_NAME"] === "merge_group" && named.head === undefined) {
    return refused(
      "a merge queue's branch has no name of a person's, and its pull requests were checked already",
      "Give the step `if: github.event_name == 'pull_request'`, as in the check.yml that `esteira init` writes; by hand, name both branches: --head BRANCH --base BRANCH.",
    );
  }
  const current = await git.run(["symbolic-ref", "--quiet", "--short", "HEAD"]);
  if (!current.ok && current.error.reason !== "failed") return gitFailed(current.error);
  const head = named.head ?? (current.ok ? current.value : undefined);
  if (head === undefined) {
    return usage(
      "no branch is checked out, and none is named",
      "Name both: `esteira ci check-branch --head BRANCH --base BRANCH`.",
    );
  }
  const chain = branchChain(workspace.branches);
  const base = named.base ?? chain[chain.indexOf(head) + 1];
  if (base === undefined) {
    return chain.length === 0
      ? refused(
          "esteira.yaml says of no branch that it deploys",
          "Say so under branches.environments, or name where it goes: --base BRANCH.",
        )
      : usage(`${head} is the last branch`, "Name where it goes: --base BRANCH.");
  }
  return ok({ proposal: { head, base }, headCommit: undefined });
}

async function notAsked(
  host: Host,
  git: Git,
  error: FactsError,
  chain: readonly string[],
): Promise<Result<never, Failure>> {
  switch (error.reason) {
    case "unknown-branch":
      return lacksBranch(
        host,
        git,
        error.branch,
        error.clone === "whole" ? undefined : error.clone,
        chain,
      );
    case "history":
      return lacksHistory(host, error.clone);
    case "git":
      return failed({
        exit: "unavailable",
        reason: "unavailable",
        message: `git failed: ${error.message}`,
      });
    case "workspace":
      return invalid(error.diagnostics, "esteira.yaml of the base has errors");
  }
}
