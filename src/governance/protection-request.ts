import type { RestEndpointMethodTypes } from "@octokit/rest";
import * as z from "zod";

/** Logins of users, slugs of teams and apps. */
export interface Names {
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
type ProtectionAnswer = RestEndpointMethodTypes["repos"]["getBranchProtection"]["response"]["data"];

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

/**
 * GitHub gives protection in another shape than it takes it: this is what would have to be sent to
 * leave it as it is.
 *
 * @returns undefined for an answer in another form than GitHub's description gives it
 */
export function readProtection(answer: unknown): ProtectionRequest | undefined {
  const read = protectionAnswer.safeParse(answer);
  return read.success ? asRequest(read.data as unknown as ProtectionAnswer) : undefined;
}

function asRequest(answer: ProtectionAnswer): ProtectionRequest {
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
