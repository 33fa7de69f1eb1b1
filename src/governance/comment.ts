import type { Octokit } from "@octokit/rest";

import * as z from "zod";

import { cleanText } from "../core/clean-text.ts";
import { err, ok, type Result } from "../core/result.ts";
import type { PlatformError } from "../platform/port.ts";
import { askGitHub, unexpected, type RepositoryName } from "./github.ts";

/** What GitHub takes; it counts as JavaScript does. */
export const mostCharacters = 65_536;

const made = z.looseObject({ html_url: z.string() });

/** What is read of a page of comments. */
const comments = z.array(
  made.extend({
    id: z.number(),
    body: z.string().optional(),
    user: z.looseObject({ type: z.string() }).nullable(),
    author_association: z.string().optional(),
  }),
);

/**
 * Makes or replaces the one comment of a pull request that begins with a marker, so that however
 * often something is said, it is there once.
 *
 * @param body begins with `marker`, and has at most 65,536 characters
 * @returns the comment's address, and whether it was there before
 */
export async function putComment(
  github: Octokit,
  repository: RepositoryName,
  {
    number,
    marker,
    body: text,
  }: { readonly number: number; readonly marker: string; readonly body: string },
): Promise<Result<{ readonly url: string; readonly updated: boolean }, PlatformError>> {
  const body = cleanText(text);
  const place = `${repository.owner}/${repository.repo}#${number}`;
  const found = await askGitHub(`read the comments of ${place}`, repository, async () => {
    const pages = github.paginate.iterator(github.rest.issues.listComments, {
      ...repository,
      issue_number: number,
      per_page: 100,
    });
    for await (const { data } of pages) {
      const page = comments.safeParse(data);
      if (!page.success) return "unexpected";
      const own = page.data.find(
        (comment) => comment.body?.startsWith(marker) && isTrusted(comment),
      );
      if (own !== undefined) return own;
    }
    return undefined;
  });
  if (!found.ok) return found;
  if (found.value === "unexpected") {
    return err(unexpected(`read the comments of ${place}`, repository));
  }
  const comment = found.value;
  if (comment?.body === body) return ok({ url: comment.html_url, updated: true });
  const written = await askGitHub(`comment on ${place}`, repository, async () => {
    const answer =
      comment === undefined
        ? await github.rest.issues.createComment({ ...repository, issue_number: number, body })
        : await github.rest.issues.updateComment({ ...repository, comment_id: comment.id, body });
    return made.safeParse(answer.data).data?.html_url;
  });
  if (!written.ok) return err(written.error);
  if (written.value === undefined) return err(unexpected(`comment on ${place}`, repository));
  return ok({ url: written.value, updated: comment !== undefined });
}

/**
 * Whether a comment is one that we can have made: by a workflow's token or by somebody of the
 * repository. Anybody may write a comment that begins with the marker, and could change afterwards
 * what we say in it.
 */
function isTrusted({
  user,
  author_association: association,
}: {
  readonly user: { readonly type: string } | null;
  readonly author_association?: string | undefined;
}): boolean {
  return (
    user?.type === "Bot" || ["OWNER", "MEMBER", "COLLABORATOR"].includes(association ?? "NONE")
  );
}
