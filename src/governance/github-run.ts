import * as z from "zod";

/** What GitHub Actions says about the pull request that a workflow runs for. */
export interface PullRequestRun {
  readonly head: string;
  readonly base: string;
  readonly number: number | undefined;
  /** The head's newest commit; the checked out one is a merge that GitHub made for trying. */
  readonly headCommit: string | undefined;
  /** `owner/repository` of the head, where that is not the base's. */
  readonly fork: string | undefined;
  /** The event couldn't be read: nobody knows whose the head is. */
  readonly unreadable: boolean;
}

const repository = z.object({ full_name: z.string() });

/**
 * The parts of https://docs.github.com/en/webhooks/webhook-events-and-payloads#pull_request that
 * count here.
 */
const pullRequestEvent = z.object({
  pull_request: z.object({
    number: z.number(),
    head: z.object({ ref: z.string(), sha: z.string(), repo: repository.nullish() }),
    base: z.object({ ref: z.string(), sha: z.string(), repo: repository }),
  }),
});

/**
 * The parts of https://docs.github.com/en/webhooks/webhook-events-and-payloads#push that count
 * here.
 */
const pushEvent = z.object({ before: z.string() });

/**
 * The parts of https://docs.github.com/en/webhooks/webhook-events-and-payloads#merge_group that
 * count here.
 */
const mergeGroupEvent = z.object({ merge_group: z.object({ base_sha: z.string() }) });

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * The pull request that this process runs for; undefined where it runs for none.
 *
 * @param event text of the file that `GITHUB_EVENT_PATH` names
 */
export function pullRequestRun(
  variables: Variables,
  event: string | undefined,
): PullRequestRun | undefined {
  const head = variables["GITHUB_HEAD_REF"];
  const base = variables["GITHUB_BASE_REF"];
  if (!head || !base) return undefined;
  const parsed = parse(pullRequestEvent, event)?.pull_request;
  if (parsed === undefined) {
    return {
      head,
      base,
      number: undefined,
      headCommit: undefined,
      fork: undefined,
      unreadable: true,
    };
  }
  const from = parsed.head.repo?.full_name;
  return {
    head,
    base,
    number: parsed.number,
    headCommit: parsed.head.sha,
    // A fork that was deleted meanwhile has no name any more, and is a fork all the same.
    fork: from === parsed.base.repo.full_name ? undefined : (from ?? "a repository that is gone"),
    unreadable: false,
  };
}

/** The commit that a branch was at before the push that this process runs for. */
export function pushedFrom(event: string | undefined): string | undefined {
  const before = parse(pushEvent, event)?.before;
  // A new branch was at none.
  return before === undefined || /^0+$/.test(before) ? undefined : before;
}

/** The commit that a merge queue's group of pull requests is based on. */
export function queuedOn(event: string | undefined): string | undefined {
  return parse(mergeGroupEvent, event)?.merge_group.base_sha;
}

function parse<Schema extends z.ZodType>(
  schema: Schema,
  text: string | undefined,
): z.infer<Schema> | undefined {
  if (text === undefined) return undefined;
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
