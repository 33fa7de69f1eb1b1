import { Octokit } from "@octokit/rest";

import { err, ok, type Result } from "../core/result.ts";
import type { PlatformError } from "../platform/port.ts";

export interface GitHubOptions {
  /** `https://api.github.com`, or that of a GitHub Enterprise Server. */
  readonly apiUrl: string;
  readonly token: string;
  readonly version: string;
}

/** A repository on GitHub. */
export interface RepositoryName {
  readonly owner: string;
  readonly repo: string;
}

/** An answer that takes longer never comes. */
const timeLimitMs = 30_000;

export function openGitHub({ apiUrl, token, version }: GitHubOptions): Octokit {
  const quiet = (): void => undefined;
  const octokit = new Octokit({
    auth: token,
    baseUrl: apiUrl.replace(/(?<!\/)\/+$/, ""),
    userAgent: `esteira/${version}`,
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
  });
  octokit.hook.before("request", (options) => {
    options.request = { ...options.request, signal: AbortSignal.timeout(timeLimitMs) };
  });
  return octokit;
}

/** What Octokit throws for an answer that isn't a success. */
interface RequestError extends Error {
  readonly status: number;
  readonly response?: {
    readonly data?: { readonly message?: unknown } | null;
    readonly headers: Readonly<Record<string, string | undefined>>;
  };
}

/**
 * Asks GitHub, and says what it refused so that a person can act.
 *
 * @param doing `read the comments of acme/ml#7`
 */
export async function askGitHub<T>(
  doing: string,
  { owner, repo }: RepositoryName,
  request: () => Promise<T>,
): Promise<Result<T, PlatformError>> {
  try {
    return ok(await request());
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const resource = `${owner}/${repo}`;
    if (!isRequestError(error)) return err({ ...unreachable(doing, error), resource });
    // Without an answer Octokit calls it a 500.
    if (error.response === undefined) return err({ ...unreachable(doing, error), resource });
    return err({ ...refusal(doing, error), resource });
  }
}

/** An answer in another form than GitHub's description gives it: it isn't read any further. */
export function unexpected(doing: string, { owner, repo }: RepositoryName): PlatformError {
  return {
    reason: "failed",
    message: `could not ${doing}: the answer doesn't have the form that GitHub describes`,
    help: "Is it GitHub that answers? GITHUB_API_URL says where its API is asked, and a proxy may be before it.",
    resource: `${owner}/${repo}`,
  };
}

function isRequestError(error: Error): error is RequestError {
  return typeof (error as Partial<RequestError>).status === "number";
}

function unreachable(doing: string, error: Error): PlatformError {
  const late = error.name === "TimeoutError" || /timeout|aborted/i.test(error.message);
  const why = late ? `no answer within ${timeLimitMs / 1000} seconds` : error.message;
  return {
    reason: "unavailable",
    message: `could not ${doing}: ${why}`,
    help: "Is GitHub reachable from here? GITHUB_API_URL says where its API is asked.",
  };
}

function refusal(doing: string, { status, response }: RequestError): PlatformError {
  const reason = response?.data?.message;
  const said = typeof reason === "string" ? reason : "no reason given";
  const headers = response?.headers ?? {};
  const message = `could not ${doing}: GitHub says ${status}, ${said.replace(/\.$/, "")}`;
  if (status === 401) {
    return {
      reason: "permission",
      message,
      help: "The token in GITHUB_TOKEN or GH_TOKEN is wrong or has expired; `gh auth token` prints yours.",
    };
  }
  if ((status === 403 || status === 429) && isRateLimit(headers, said)) {
    const reset = Number(headers["x-ratelimit-reset"]) * 1000;
    const until =
      Number.isFinite(reset) && reset > 0 ? ` after ${new Date(reset).toISOString()}` : "";
    return { reason: "limit", message, help: `Try again${until || " in a while"}.` };
  }
  if (status === 403 && /upgrade to|make this repository public/i.test(said)) {
    return {
      reason: "refused",
      message,
      help: "GitHub protects branches of private repositories only on a paid plan: upgrade, or protect by agreement.",
    };
  }
  if (status === 403) {
    const rights = headers["x-accepted-github-permissions"];
    return {
      reason: "permission",
      message,
      help: `The token may not do this${rights === undefined ? "" : `; it needs ${rights}`}.`,
    };
  }
  if (status === 404) {
    return {
      reason: "not-found",
      message,
      help: "There is nothing of that name, or the token may not see it: GitHub doesn't tell which.",
    };
  }
  if (status >= 500) return { reason: "unavailable", message, help: "Try again in a while." };
  return { reason: "refused", message };
}

function isRateLimit(headers: Readonly<Record<string, string | undefined>>, said: string): boolean {
  return headers["x-ratelimit-remaining"] === "0" || /rate limit/i.test(said);
}
