import { ok, type Result } from "../../../core/result.ts";
import { branchFacts, type FactsError } from "../../../governance/branch-facts.ts";
import { branchChain, checkBranch, type Proposal } from "../../../governance/branch-rules.ts";
import { pullRequestRun } from "../../../governance/github-run.ts";
import type { ActionOf } from "../definition.ts";
import type { CliContext } from "../../terminal/context.ts";
import { annotate } from "../../terminal/diagnostics.ts";
import { failed, refused, usage, type Failure } from "../../../app/failure.ts";
import { githubEvent } from "../../../app/ci/github-event.ts";
import { printJson } from "../../terminal/json-output.ts";
import { lacksBranch, lacksHistory } from "../../terminal/lacking-history.ts";
import { renderBrokenRules, withCommands } from "../../render/branch.ts";
import { gitFailed, openRepository, type Repository } from "../../../app/ci/repository.ts";
import type { ciCheckBranchCommand, CheckBranchFlags } from "./ci-check-branch-command.ts";
import { invalid } from "../../../app/workspace.ts";

export const ciCheckBranch: ActionOf<typeof ciCheckBranchCommand> = async (context, flags) => {
  const repository = await openRepository(context);
  if (!repository.ok) return repository;
  const { git, folder, prefix } = repository.value;
  const asked = await proposalOf(context, flags, repository.value);
  if (!asked.ok) return asked;
  const { proposal, headCommit } = asked.value;
  const facts = await branchFacts(git, {
    proposal,
    folder,
    prefix,
    ...(headCommit === undefined ? {} : { headCommit }),
  });
  if (!facts.ok) return notAsked(context, facts.error);
  const problems = checkBranch(facts.value);
  const { head, base } = proposal;
  if (flags.json) {
    printJson(context, "branch-check", {
      head,
      base,
      allowed: problems.length === 0,
      diagnostics: problems,
    });
  } else if (problems.length === 0) {
    context.out.line(`${context.out.style.green("✓")} ${head} may go into ${base}.`);
  } else {
    const { out } = context;
    out.lines(
      renderBrokenRules({ head, base }, problems, { style: out.style, width: out.wrapAt() }),
    );
    annotate(context, problems.map(withCommands));
  }
  return ok(problems.length === 0 ? "ok" : "failed");
};

interface Asked {
  readonly proposal: Proposal;
  readonly headCommit: string | undefined;
}

/**
 * What the command line says, else the pull request that a workflow runs for, else the current
 * branch and where it goes next.
 */
async function proposalOf(
  context: CliContext,
  flags: CheckBranchFlags,
  { git, workspace }: Repository,
): Promise<Result<Asked, Failure>> {
  const run = pullRequestRun(context.environment, await githubEvent(context));
  if (run !== undefined && flags.head === undefined && flags.base === undefined) {
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
  const current = await git.run(["symbolic-ref", "--quiet", "--short", "HEAD"]);
  if (!current.ok && current.error.reason !== "failed") return gitFailed(current.error);
  const head = flags.head ?? (current.ok ? current.value : undefined);
  if (head === undefined) {
    return usage(
      "no branch is checked out, and none is named",
      "Name both: `esteira ci check-branch --head BRANCH --base BRANCH`.",
    );
  }
  const chain = branchChain(workspace.branches);
  const base = flags.base ?? chain[chain.indexOf(head) + 1];
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

function notAsked(context: CliContext, error: FactsError): Result<never, Failure> {
  switch (error.reason) {
    case "unknown-branch":
      return lacksBranch(context, error.branch, error.clone === "whole" ? undefined : error.clone);
    case "history":
      return lacksHistory(context, error.clone);
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
