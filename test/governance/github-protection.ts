import type { GitHubDescription } from "./github-api.ts";

type Fields = Record<string, unknown>;

/**
 * What GitHub gives of a protection that was put, in its other shape:
 * https://docs.github.com/en/rest/branches/branch-protection#get-branch-protection
 */
export function protectionAnswer(api: GitHubDescription, url: string, put: object): Fields {
  const { required_status_checks, required_pull_request_reviews, restrictions, ...rest } =
    put as Record<
      "required_status_checks" | "required_pull_request_reviews" | "restrictions",
      Fields | null
    >;
  const example = api.example("branch-protection") as Record<string, Record<string, Fields[]>>;
  const team = { parent: null, type: "organization", ...example["restrictions"]?.["teams"]?.[0] };
  const app = example["restrictions"]?.["apps"]?.[0];
  const people = (names: Fields | null | undefined): Fields => ({
    url,
    users_url: url,
    teams_url: url,
    apps_url: url,
    users: list(names, "users").map((login) => ({ ...api.example("simple-user"), login })),
    teams: list(names, "teams").map((slug) => ({ ...team, slug })),
    apps: list(names, "apps").map((slug) => ({ ...app, slug })),
  });
  const switches = Object.entries(rest).map(([name, enabled]) => [
    name,
    name === "enforce_admins" ? { url, enabled } : { enabled },
  ]);
  return {
    url,
    ...(Object.fromEntries(switches) as Fields),
    ...(required_status_checks === null
      ? {}
      : { required_status_checks: statusChecks(url, required_status_checks) }),
    ...(required_pull_request_reviews === null
      ? {}
      : { required_pull_request_reviews: reviews(url, required_pull_request_reviews, people) }),
    ...(restrictions === null ? {} : { restrictions: people(restrictions) }),
  };
}

function statusChecks(url: string, put: Fields): Fields {
  const checks = (put["checks"] ?? []) as { context: string; app_id?: number }[];
  return {
    url,
    contexts_url: `${url}/contexts`,
    ...put,
    // Any app is none.
    checks: checks.map(({ context, app_id: app = -1 }) => ({
      context,
      app_id: app === -1 ? null : app,
    })),
  };
}

function reviews(url: string, put: Fields, people: (names: Fields) => Fields): Fields {
  const { dismissal_restrictions: dismissal, bypass_pull_request_allowances: bypass } = put;
  return {
    url,
    require_code_owner_reviews: false,
    require_last_push_approval: false,
    ...put,
    ...(dismissal === undefined ? {} : { dismissal_restrictions: people(dismissal as Fields) }),
    ...(bypass === undefined ? {} : { bypass_pull_request_allowances: people(bypass as Fields) }),
  };
}

function list(names: Fields | null | undefined, kind: string): string[] {
  return (names?.[kind] ?? []) as string[];
}
