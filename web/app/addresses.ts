/**
 * Addresses of the console's pages. Every page is below an environment, so that a link says where
 * what it shows is.
 */
export const addressOf = {
  fleet: (environment: string) => `/e/${encodeURIComponent(environment)}`,
  tonight: (environment: string) => `${addressOf.fleet(environment)}/tonight`,
  plan: (environment: string) => `${addressOf.fleet(environment)}/plan`,
  audit: (environment: string) => `${addressOf.fleet(environment)}/audit`,
  project: (environment: string, project: string, part?: ProjectPart) =>
    `${addressOf.fleet(environment)}/projects/${encodeURIComponent(project)}${part === undefined ? "" : `/${part}`}`,
  run: (environment: string, run: string, part?: RunPart) =>
    `${addressOf.fleet(environment)}/runs/${encodeURIComponent(run)}${part === undefined ? "" : `/${part}`}`,
} as const;

/** The pages of a project beside its first. */
export type ProjectPart = "runs" | "releases" | "resources" | "config" | "models";

/** The pages of a run beside its first. */
export type RunPart = "log" | "artifacts";

/** A page, as an address names it. */
export interface Route {
  readonly page: PageName;
  readonly environment: string;
  readonly project: string | undefined;
  readonly run: string | undefined;
  readonly part: string | undefined;
}

export type PageName =
  | "fleet"
  | "tonight"
  | "plan"
  | "audit"
  | "project"
  | "run"
  | "log"
  | "artifacts";

const patterns: readonly (readonly [PageName, RegExp])[] = [
  ["fleet", /^\/e\/(?<environment>[^/]+)\/?$/],
  ["tonight", /^\/e\/(?<environment>[^/]+)\/tonight$/],
  ["plan", /^\/e\/(?<environment>[^/]+)\/plan$/],
  ["audit", /^\/e\/(?<environment>[^/]+)\/audit$/],
  [
    "project",
    /^\/e\/(?<environment>[^/]+)\/projects\/(?<project>[^/]+)(?:\/(?<part>runs|releases|resources|config|models))?$/,
  ],
  ["run", /^\/e\/(?<environment>[^/]+)\/runs\/(?<run>[^/]+)$/],
  ["log", /^\/e\/(?<environment>[^/]+)\/runs\/(?<run>[^/]+)\/log$/],
  ["artifacts", /^\/e\/(?<environment>[^/]+)\/runs\/(?<run>[^/]+)\/artifacts$/],
];

/** The page that a path names; `undefined`: there is none. */
export function routeOf(path: string): Route | undefined {
  for (const [page, pattern] of patterns) {
    const groups = pattern.exec(path)?.groups;
    if (groups === undefined) continue;
    const part = (name: string): string | undefined => {
      const text = groups[name];
      return text === undefined ? undefined : decode(text);
    };
    return {
      page,
      environment: part("environment") ?? "",
      project: part("project"),
      run: part("run"),
      part: groups["part"],
    };
  }
  return undefined;
}

/** What isn't encoded as it should be is what it says. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
