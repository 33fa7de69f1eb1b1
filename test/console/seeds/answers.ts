import { projectAction } from "./actions.ts";
import type { SeedAnswer } from "./answer.ts";
import { seedFleet } from "./fleet.ts";
import {
  rowOfRun,
  runsOf,
  seedComparison,
  seedDurations,
  seedModels,
  seedProject,
  seedReleases,
  seedResources,
} from "./project.ts";
import { type SeedProject, seedProjects } from "./projects.ts";
import { runAnswer } from "./run.ts";
import { seedSession } from "./session.ts";
import { seedAudit, seedOperation, seedPlan, seedTonight } from "./environment.ts";

export interface SeedOptions {
  /** How many projects `prd` has. */
  readonly projects?: number;
  /** Nothing may be changed. */
  readonly readOnly?: boolean;
  /** What an answer about an environment waits for. */
  readonly held?: () => Promise<unknown>;
}

type Answers = (method: string, path: string, query: URLSearchParams) => SeedAnswer;

/**
 * Answers as the server gives them: `prd` is well filled, the credentials of `dev` have run out,
 * and `local` is new.
 */
export function seedAnswers(options: SeedOptions): Answers {
  const all = seedProjects(options.projects);
  return (method, path, query) => {
    if (path === "/session") return { name: "session", document: seedSession(options) };
    if (path.startsWith("/operations/")) {
      return { name: "operation", document: seedOperation("prd", "running") };
    }
    const [, environment = "", rest = ""] = /^\/environments\/([^/]+)(\/.*)$/.exec(path) ?? [];
    if (environment === "dev") return expired;
    const projects = environment === "local" ? [] : all;
    const [, name, part = ""] = /^\/projects\/([^/]+)(\/.*)?$/.exec(rest) ?? [];
    const project = projects.find((one) => one.name === name);
    if (project !== undefined) return ofProject(method, environment, project, part, query);
    switch (rest) {
      case "/fleet":
        return { name: "fleet", document: seedFleet(environment, projects) };
      case "/tonight":
        return { name: "tonight", document: seedTonight(environment, projects) };
      case "/plan":
        return { name: "plan", document: seedPlan(environment, projects, query.get("project")) };
      case "/audit":
        return { name: "audit", document: seedAudit(environment, query) };
      case "/deploy":
        return { name: "operation", document: seedOperation(environment, "running") };
      case "/runs": {
        const runs = projects
          .flatMap((one) => runsOf(one, 2).map((run) => rowOfRun(one, run)))
          .toSorted((a, b) => b.startedAt - a.startedAt)
          .slice(0, 100);
        return { name: "runs", document: { schema: 1, environment, runs, next: null } };
      }
      default:
        return runAnswer(method, environment, rest, query) ?? notFound(path);
    }
  };
}

function ofProject(
  method: string,
  environment: string,
  project: SeedProject,
  part: string,
  query: URLSearchParams,
): SeedAnswer {
  switch (`${method} ${part}`) {
    case "GET ":
      return { name: "project", document: seedProject(environment, project) };
    case "GET /runs": {
      const status = query.get("status");
      const from = Number(query.get("cursor") ?? 0);
      const runs = runsOf(project, 90)
        .map((run) => rowOfRun(project, run))
        .filter((run) => status === null || run.status === status);
      const limit = Number(query.get("limit") ?? 50);
      const next = from + limit < runs.length ? String(from + limit) : null;
      const page = runs.slice(from, from + limit);
      return { name: "runs", document: { schema: 1, environment, runs: page, next } };
    }
    case "GET /durations":
      return { name: "durations", document: seedDurations(environment, project) };
    case "GET /releases":
      return { name: "releases", document: seedReleases(environment, project) };
    case "GET /releases/compare": {
      const [from, to] = [query.get("from") ?? "", query.get("to") ?? ""];
      return {
        name: "compare-releases",
        document: seedComparison(environment, project, from, to),
      };
    }
    case "GET /resources":
      return { name: "resources", document: seedResources(environment, project) };
    case "GET /models":
      return { name: "models", document: seedModels(environment, project) };
    default:
      return projectAction(environment, project, `${method} ${part}`, query) ?? notFound(part);
  }
}

const problem = (
  status: number,
  reason: string,
  message: string,
  help: string | null,
): SeedAnswer => ({
  name: "error",
  status,
  document: {
    schema: 1,
    error: { reason, message, help, resource: null, diagnostics: [] },
    exit: 1,
  },
});

const expired = problem(
  503,
  "permission",
  "The credentials of environment dev have run out",
  "Sign in again: aws sso login --profile dev",
);

const notFound = (path: string): SeedAnswer =>
  problem(404, "not-found", `There is nothing at ${path}`, null);
