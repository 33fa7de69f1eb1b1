import { mkdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";

import { type PolicyDocument } from "../../../aws/iam/document.ts";
import { gitHubRoles, type GitHubRole } from "../../../aws/iam/github-roles.ts";
import { partitionOf, policyScope } from "../../../aws/iam/scope.ts";
import { promotionSource } from "../../../aws/images/promotion.ts";
import { ok, type Result } from "../../../core/result.ts";
import { openAwsEnvironment } from "../../../app/account.ts";
import type { CliContext } from "../../terminal/context.ts";
import type { Exit } from "../../../app/exit-codes.ts";
import { refused, usage, type Failure } from "../../../app/failure.ts";
import { repositoryNameOf } from "../../../app/ci/github.ts";
import { printJson } from "../../terminal/json-output.ts";
import type { IamFlags } from "./iam-command.ts";
import { gitHubRolesDocument } from "../../../app/policy-documents.ts";
import { policyNeeds } from "../../../app/deploy/layer-needs.ts";

/**
 * `iam github-role`: the roles that GitHub Actions takes on, as documents or as files with the
 * commands that make them.
 */
export async function gitHubRole(
  context: CliContext,
  flags: IamFlags,
): Promise<Result<Exit, Failure>> {
  const opened = await openAwsEnvironment(context, flags.env, "iam github-role");
  if (!opened.ok) return opened;
  const { environment, workspace, root } = opened.value;
  const named = await repositoryNameOf(context, flags.repo, root);
  if (!named.ok) return named;
  const repository = `${named.value.owner}/${named.value.repo}`;
  const ids = idsOf(flags);
  if (!ids.ok) return ids;
  const branches = Object.entries(workspace.branches.environments)
    .filter(([, name]) => name === environment.name)
    .map(([branch]) => branch);
  const { githubEnvironment } = flags;
  if (branches.length === 0 && githubEnvironment === undefined) {
    return refused(
      `no branch deploys to ${environment.name}: nobody would be let in`,
      "Name one under branches.environments of esteira.yaml, or a GitHub environment: --github-environment NAME.",
    );
  }
  const scope = policyScope({
    workspace: workspace.name,
    partition: partitionOf(environment.region),
    environment,
    ...(await policyNeeds(root, environment.name)),
    promotesFrom: promotionSource(workspace, environment),
  });
  const roles = gitHubRoles(scope, {
    repository,
    branches,
    ...(githubEnvironment === undefined ? {} : { gitHubEnvironment: githubEnvironment }),
    ...(ids.value === undefined ? {} : { ids: ids.value }),
  });
  if (flags.json) {
    printJson(context, "github-roles", gitHubRolesDocument(environment.name, repository, roles));
  } else if (flags.out === undefined) {
    showDocuments(context, roles);
  } else {
    await writeDocuments(context, flags.out, roles);
  }
  if (!flags.json) showRemarks(context, flags, repository);
  return ok("ok");
}

function idsOf({
  ids,
}: IamFlags): Result<{ readonly owner: string; readonly repository: string } | undefined, Failure> {
  if (ids === undefined) return ok(undefined);
  const [, owner, repository] = /^(\d+)\/(\d+)$/.exec(ids) ?? [];
  if (owner === undefined || repository === undefined) {
    return usage(`${ids} is not two numbers`, "Write them as in --ids 1234/567890.");
  }
  return ok({ owner, repository });
}

/** Documents on stdout, so that they can be piped; which is which on stderr. */
function showDocuments({ out, errors }: CliContext, roles: readonly GitHubRole[]): void {
  for (const { roleName, trust, policies } of roles) {
    for (const [what, document] of [
      ["trust policy", trust] as const,
      ...policies.map((policy) => ["policy", policy] as const),
    ]) {
      errors.line(errors.style.dim(`${what} of ${roleName}:`));
      out.line(text(document));
    }
  }
}

async function writeDocuments(
  context: CliContext,
  folder: string,
  roles: readonly GitHubRole[],
): Promise<void> {
  const { out } = context;
  await mkdir(resolve(context.cwd, folder), { recursive: true });
  const write = async (name: string, document: PolicyDocument): Promise<string> => {
    const path = join(folder, name);
    await writeFile(resolve(context.cwd, path), `${text(document)}\n`);
    out.line(`${out.style.green("+")} ${path}`);
    return `file://${path}`;
  };
  const commands: string[] = [
    "aws iam create-open-id-connect-provider --url https://token.actions.githubusercontent.com --client-id-list sts.amazonaws.com",
  ];
  for (const { name, arn, roleName, trust, policies } of roles) {
    const [, partition, account] = /^arn:([^:]+):iam::(\d+):/.exec(arn) ?? [];
    const file = await write(`${name}-trust.json`, trust);
    commands.push(
      `aws iam create-role --role-name ${roleName} --assume-role-policy-document ${file}`,
    );
    for (const [index, document] of policies.entries()) {
      const part = policies.length === 1 ? "" : `-${index + 1}`;
      const policyFile = await write(`${name}-policy${part}.json`, document);
      commands.push(
        `aws iam create-policy --policy-name ${roleName}${part} --policy-document ${policyFile}`,
        `aws iam attach-role-policy --role-name ${roleName} --policy-arn arn:${partition}:iam::${account}:policy/${roleName}${part}`,
      );
    }
  }
  out.lines([
    "",
    "An administrator of the account makes the roles; the first command once for each account:",
    ...commands.map((command) => `  ${out.style.dim("$")} ${command}`),
  ]);
}

function showRemarks({ errors }: CliContext, flags: IamFlags, repository: string): void {
  const say = (remark: string): void => errors.line(errors.style.yellow(remark));
  if (flags.ids === undefined) {
    say(
      `A repository that was made, renamed or moved since July 2026 has subjects with numbers: add --ids $(gh api repos/${repository} --jq '"\\(.owner.id)/\\(.id)"').`,
    );
  }
  if (flags.githubEnvironment !== undefined) {
    say(
      `Any branch's workflow can name the GitHub environment ${flags.githubEnvironment}: limit it to the branch in the repository's settings, and let the job in build.yml name it.`,
    );
  }
}

function text(document: PolicyDocument): string {
  return JSON.stringify(document, null, 2);
}
