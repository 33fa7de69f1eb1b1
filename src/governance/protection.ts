import type { Octokit, RestEndpointMethodTypes } from "@octokit/rest";

import * as z from "zod";

import { err, ok, type Result } from "../core/result.ts";
import { diffFields } from "../platform/diff.ts";
import type { FieldChange } from "../platform/plan.ts";
import type { PlatformError } from "../platform/port.ts";
import { askGitHub, unexpected, type RepositoryName } from "./github.ts";

/** Logins of users, slugs of teams and apps. */
interface Names {
  users: string[];
  teams: string[];
  apps: string[];
}

/**
 * A job that must have passed. `app_id`: the app that must say so; -1: any; absent: the one that
 * said so lately.
 */
interface RequiredCheck {
  context: string;
  app_id?: number;
}

/**
 * A branch's protection as GitHub takes it, but for the checks, which it takes in two spellings:
 * https://docs.github.com/en/rest/branches/branch-protection#update-branch-protection
 */
export interface ProtectionRequest {
  required_status_checks: { strict: boolean; checks: RequiredCheck[] } | null;
  enforce_admins: boolean;
  required_pull_request_reviews: {
    dismissal_restrictions?: Names;
    dismiss_stale_reviews: boolean;
    require_code_owner_reviews?: boolean;
    required_approving_review_count: number;
    require_last_push_approval?: boolean;
    bypass_pull_request_allowances?: Names;
  } | null;
  restrictions: Names | null;
  required_linear_history?: boolean;
  allow_force_pushes?: boolean;
  allow_deletions?: boolean;
  block_creations?: boolean;
  required_conversation_resolution?: boolean;
  lock_branch?: boolean;
  allow_fork_syncing?: boolean;
}

/** The same as GitHub gives it. */
export type ProtectionAnswer =
  RestEndpointMethodTypes["repos"]["getBranchProtection"]["response"]["data"];

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
export function wantedProtection(
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

/**
 * GitHub gives protection in another shape than it takes it: this is what would have to be sent to
 * leave it as it is.
 */
export function asRequest(answer: ProtectionAnswer): ProtectionRequest {
  const { required_status_checks: status, required_pull_request_reviews: review } = answer;
  const flag = (name: keyof ProtectionRequest, value: { enabled?: boolean } | undefined) =>
    value?.enabled === undefined ? {} : { [name]: value.enabled };
  return {
    required_status_checks:
      status === undefined
        ? null
        : {
            strict: status.strict ?? false,
            checks: status.checks.map(({ context, app_id: app }) => ({
              context,
              app_id: app ?? -1,
            })),
          },
    enforce_admins: answer.enforce_admins?.enabled ?? false,
    required_pull_request_reviews:
      review === undefined
        ? null
        : {
            ...(review.dismissal_restrictions === undefined
              ? {}
              : { dismissal_restrictions: actors(review.dismissal_restrictions) }),
            dismiss_stale_reviews: review.dismiss_stale_reviews,
            require_code_owner_reviews: review.require_code_owner_reviews,
            required_approving_review_count: review.required_approving_review_count ?? 0,
            require_last_push_approval: review.require_last_push_approval ?? false,
            ...(review.bypass_pull_request_allowances === undefined
              ? {}
              : { bypass_pull_request_allowances: actors(review.bypass_pull_request_allowances) }),
          },
    restrictions: answer.restrictions === undefined ? null : actors(answer.restrictions),
    ...flag("required_linear_history", answer.required_linear_history),
    ...flag("allow_force_pushes", answer.allow_force_pushes),
    ...flag("allow_deletions", answer.allow_deletions),
    ...flag("block_creations", answer.block_creations),
    ...flag("required_conversation_resolution", answer.required_conversation_resolution),
    ...flag("lock_branch", answer.lock_branch),
    ...flag("allow_fork_syncing", answer.allow_fork_syncing),
  };
}

interface Actors {
  readonly users?: readonly { readonly login?: string }[];
  readonly teams?: readonly { readonly slug?: string }[];
  readonly apps?: readonly ({ readonly slug?: string } | null)[];
}

function actors({ users = [], teams = [], apps = [] }: Actors): Names {
  return {
    users: users.flatMap(({ login }) => login ?? []),
    teams: teams.flatMap(({ slug }) => slug ?? []),
    apps: apps.flatMap((app) => app?.slug ?? []),
  };
}

const enabled = z.looseObject({ enabled: z.boolean().optional() }).optional();
const people = z
  .looseObject({
    users: z.array(z.looseObject({ login: z.string().optional() })).optional(),
    teams: z.array(z.looseObject({ slug: z.string().optional() })).optional(),
    apps: z.array(z.looseObject({ slug: z.string().optional() }).nullable()).optional(),
  })
  .optional();

/** What is read of a branch's protection; the rest may be anything. */
const protectionAnswer = z.looseObject({
  required_status_checks: z
    .looseObject({
      strict: z.boolean().optional(),
      checks: z.array(z.looseObject({ context: z.string(), app_id: z.number().nullish() })),
    })
    .optional(),
  enforce_admins: enabled,
  required_pull_request_reviews: z
    .looseObject({
      dismissal_restrictions: people,
      required_approving_review_count: z.number().optional(),
      bypass_pull_request_allowances: people,
    })
    .optional(),
  restrictions: people,
  required_linear_history: enabled,
  allow_force_pushes: enabled,
  allow_deletions: enabled,
  block_creations: enabled,
  required_conversation_resolution: enabled,
  lock_branch: enabled,
  allow_fork_syncing: enabled,
});

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
  const answer = read.ok ? protectionAnswer.safeParse(read.value.data) : undefined;
  if (answer?.success === false) {
    return err(unexpected(`read how ${branch} of ${place} is protected`, repository));
  }
  const before =
    answer === undefined ? undefined : asRequest(answer.data as unknown as ProtectionAnswer);
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
