import { ownValue } from "../../../core/own.ts";
import type { Octokit } from "@octokit/rest";

import { ok, type Result } from "../../../core/result.ts";
import { branchChain } from "../../../governance/branch-rules.ts";
import type { RepositoryName } from "../../../governance/github.ts";
import {
  applyProtection,
  planProtection,
  type BranchProtection,
} from "../../../governance/protection.ts";
import { requiredJobs } from "../../../governance/required-jobs.ts";
import type { ActionOf } from "../definition.ts";
import { confirm } from "../../terminal/confirm.ts";
import type { CliContext } from "../../terminal/context.ts";
import { failed, fromPlatform, refused, type Failure } from "../../../app/failure.ts";
import { protectionDocument } from "../../../app/ci/protection-document.ts";
import { githubOf, repositoryNameOf } from "../../../app/ci/github.ts";
import { printJson } from "../../terminal/json-output.ts";
import { renderProtection } from "../../render/protection.ts";
import type { ciProtectCommand, ProtectFlags } from "./ci-protect-command.ts";
import { openPlatform, openWorkspace, type OpenedWorkspace } from "../../../app/workspace.ts";

export const protect: ActionOf<typeof ciProtectCommand> = async (context, flags) => {
  const opened = await openWorkspace(context, "local");
  if (!opened.ok) return opened;
  const branches = branchChain(opened.value.workspace.branches);
  if (branches.length === 0) {
    return refused(
      "esteira.yaml says of no branch that it deploys: there is none to protect",
      "Say so under branches.environments.",
    );
  }
  const repository = await repositoryNameOf(context, flags.repo, opened.value.root);
  if (!repository.ok) return repository;
  const github = githubOf(context);
  if (!github.ok) return github;
  const rules = { reviews: flags.reviews, checks: flags.check ?? requiredJobs };
  const protections: BranchProtection[] = [];
  for (const branch of branches) {
    const planned = await planProtection(github.value, repository.value, branch, rules);
    if (!planned.ok) return failed(fromPlatform(planned.error));
    protections.push(planned.value);
  }
  const changed = protections.filter(({ fields }) => fields.length > 0);
  const name = `${repository.value.owner}/${repository.value.repo}`;
  const { out } = context;
  if (!flags.json) {
    out.lines(renderProtection(name, protections, { style: out.style, width: out.width() }));
  }
  const done = flags.apply === true && changed.length > 0;
  if (done) {
    const applied = await apply(context, flags, opened.value, {
      github: github.value,
      repository: repository.value,
      changed,
    });
    if (!applied.ok) return applied;
    if (!flags.json) out.lines(["", out.style.green(`✓ ${name} is protected so.`)]);
  } else if (!flags.json && changed.length > 0) {
    out.lines(["", `  ${out.style.dim("$")} esteira ci protect --apply`]);
  }
  if (flags.json) {
    printJson(context, "protection", protectionDocument(name, done, protections));
  }
  return ok("ok");
};

async function apply(
  context: CliContext,
  flags: ProtectFlags,
  opened: OpenedWorkspace,
  {
    github,
    repository,
    changed,
  }: {
    readonly github: Octokit;
    readonly repository: RepositoryName;
    readonly changed: readonly BranchProtection[];
  },
): Promise<Result<void, Failure>> {
  if (flags.yes !== true) {
    const question = `Protect ${changed.map(({ branch }) => branch).join(" and ")} so?`;
    const what = "changes what everybody may do";
    const agreed = await confirm(context, question, "esteira ci protect --apply", what);
    if (!agreed.ok) return agreed;
  }
  for (const protection of changed) {
    const applied = await applyProtection(github, repository, protection);
    if (!applied.ok) return failed(fromPlatform(applied.error));
    await note(context, opened, repository, protection);
  }
  return ok(undefined);
}

/**
 * Who changed what guards an environment is in that environment's audit trail. Where that can't be
 * reached, it is said.
 */
async function note(
  context: CliContext,
  opened: OpenedWorkspace,
  { owner, repo }: RepositoryName,
  { branch, fields }: BranchProtection,
): Promise<void> {
  const { workspace } = opened;
  const environment = workspace.environments.get(
    ownValue(workspace.branches.environments, branch) ?? opened.environment.name,
  );
  if (environment === undefined) return;
  const platform = await openPlatform(context, { ...opened, environment }, {});
  const noted = platform.ok
    ? await platform.value.recordAct({
        actor: platform.value.actor ?? context.actor,
        action: "protect-branch",
        subject: `${branch} of ${owner}/${repo}: ${fields.map(({ path }) => path).join(", ")}`,
      })
    : platform;
  if (platform.ok) await platform.value.close();
  if (noted.ok) return;
  const { errors } = context;
  errors.line(
    errors.style.yellow(
      `The audit trail of ${environment.name} could not record that ${branch} is protected: ${noted.error.message}`,
    ),
  );
}
