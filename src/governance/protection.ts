import type { Octokit } from "@octokit/rest";

import { err, ok, type Result } from "../core/result.ts";
import { diffFields } from "../platform/diff.ts";
import type { FieldChange } from "../platform/plan.ts";
import type { PlatformError } from "../platform/port.ts";
import { askGitHub, unexpected, type RepositoryName } from "./github.ts";
import { readProtection, type Names, type ProtectionRequest } from "./protection-request.ts";

export interface ProtectionRules {
  /** Approvals that a pull request needs. */
  readonly reviews: number;
  /** Names of the jobs that must have passed. */
  readonly checks: readonly string[];
}

export interface BranchProtection {
  readonly branch: string;
  /** Undefined: the branch has none. */
  readonly before: ProtectionRequest | undefined;
  readonly after: ProtectionRequest;
  /** By short names: `approvals`, `checks`; empty when it is as it should be. */
  readonly fields: readonly FieldChange[];
}

/**
 * What a branch's protection is to be: nothing goes in but by a pull request that was approved and
 * whose checks passed, for administrators as for anybody. What is there already and is stricter, or
 * is about something else, stays.
 */
function wantedProtection(
  before: ProtectionRequest | undefined,
  { reviews, checks }: ProtectionRules,
): ProtectionRequest {
  const status = before?.required_status_checks;
  const review = before?.required_pull_request_reviews;
  const known = status?.checks ?? [];
  const all = [
    ...known,
    ...checks
      .filter((name) => !known.some(({ context }) => context === name))
      .map((context) => ({ context })),
  ];
  return {
    ...before,
    required_status_checks: {
      strict: status?.strict ?? false,
      checks: all,
    },
    enforce_admins: true,
    required_pull_request_reviews: {
      ...review,
      dismiss_stale_reviews: true,
      required_approving_review_count: Math.max(
        reviews,
        review?.required_approving_review_count ?? 0,
      ),
      // Who may pass by pull requests pushes directly. Repositories of persons have none, and
      // GitHub refuses them the field.
      ...(review?.bypass_pull_request_allowances === undefined
        ? {}
        : { bypass_pull_request_allowances: { users: [], teams: [], apps: [] } }),
    },
    restrictions: before?.restrictions ?? null,
    allow_force_pushes: false,
    allow_deletions: false,
  };
}

/** Compares what protects a branch with what should. */
export async function planProtection(
  github: Octokit,
  repository: RepositoryName,
  branch: string,
  rules: ProtectionRules,
): Promise<Result<BranchProtection, PlatformError>> {
  const place = `${repository.owner}/${repository.repo}`;
  const read = await askGitHub(`read how ${branch} of ${place} is protected`, repository, () =>
    github.rest.repos.getBranchProtection({ ...repository, branch }),
  );
  if (!read.ok && !/Branch not protected/i.test(read.error.message)) {
    return err(explained(read.error, place, branch));
  }
  const before = read.ok ? readProtection(read.value.data) : undefined;
  if (read.ok && before === undefined) {
    return err(unexpected(`read how ${branch} of ${place} is protected`, repository));
  }
  const after = wantedProtection(before, rules);
  return ok({ branch, before, after, fields: shown(before, after) });
}

/**
 * Protects a branch. GitHub refuses a request that has the checks as names and as checks of apps,
 * and its description demands the names: so names are sent, and where there were checks before, the
 * apps that they are bound to afterwards.
 */
export async function applyProtection(
  github: Octokit,
  repository: RepositoryName,
  { branch, before, after }: BranchProtection,
): Promise<Result<void, PlatformError>> {
  const place = `${repository.owner}/${repository.repo}`;
  const { required_status_checks: status, ...rest } = after;
  const put = await askGitHub(`protect ${branch} of ${place}`, repository, async () => {
    await github.rest.repos.updateBranchProtection({
      ...repository,
      branch,
      ...rest,
      required_status_checks:
        status === null
          ? null
          : // oxlint-disable-next-line typescript/no-deprecated -- deprecated, and demanded
            { strict: status.strict, contexts: status.checks.map(({ context }) => context) },
    });
    if (status === null || (before?.required_status_checks?.checks ?? []).length === 0) return;
    await github.rest.repos.updateStatusCheckProtection({ ...repository, branch, ...status });
  });
  return put.ok ? ok(undefined) : err(explained(put.error, place, branch));
}

function shown(
  before: ProtectionRequest | undefined,
  after: ProtectionRequest,
): readonly FieldChange[] {
  return diffFields(before === undefined ? {} : settings(before), settings(after));
}

/**
 * The request's settings by short names; what GitHub has by default, and nobody asked for, is left
 * out.
 */
function settings(request: ProtectionRequest): Readonly<Record<string, unknown>> {
  const { required_status_checks: status, required_pull_request_reviews: review } = request;
  const names = (people: Names | null | undefined) => {
    const all = [...(people?.users ?? []), ...(people?.teams ?? []), ...(people?.apps ?? [])];
    return all.length === 0 ? undefined : all;
  };
  const only = (value: boolean | undefined) => (value === true ? true : undefined);
  return {
    approvals: review?.required_approving_review_count,
    stale_approvals_dismissed: review?.dismiss_stale_reviews,
    code_owners_approve: only(review?.require_code_owner_reviews),
    last_push_approved: only(review?.require_last_push_approval),
    dismissed_by: names(review?.dismissal_restrictions),
    passed_by: names(review?.bypass_pull_request_allowances),
    checks: status?.checks.map(({ context }) => context),
    up_to_date: only(status?.strict),
    administrators_too: request.enforce_admins,
    pushed_by: names(request.restrictions),
    force_pushes: request.allow_force_pushes ?? false,
    deletion: request.allow_deletions ?? false,
  };
}

/** GitHub says "Not Found" to who may not administer a repository. */
function explained(error: PlatformError, place: string, branch: string): PlatformError {
  if (error.reason !== "not-found") return error;
  if (/Branch not found/i.test(error.message)) {
    return {
      ...error,
      help: `Make it first: git push origin HEAD:${branch}. Which branches deploy says branches.environments of esteira.yaml.`,
    };
  }
  return {
    ...error,
    reason: "permission",
    help: `GitHub says so also to who may not administer ${place}: use the token of an administrator, with the right "Administration".`,
  };
}
