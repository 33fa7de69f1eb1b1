import type { ConsoleDocumentName } from "../../../src/app/documents/console.ts";
import { seedFleet } from "./fleet.ts";
import { seedProjects, zone } from "./projects.ts";

export interface SeedOptions {
  /** How many projects `prd` has. */
  readonly projects?: number;
  /** Nothing may be changed. */
  readonly readOnly?: boolean;
}

/** An answer of the API: a document by the name of its schema. */
export interface SeedAnswer {
  readonly name: ConsoleDocumentName;
  readonly document: unknown;
  readonly status?: number;
}

/**
 * Answers as the server gives them: `prd` is well filled, the credentials of `dev` have run out,
 * and `local` is new.
 */
export function seedAnswers(
  options: SeedOptions,
): (method: string, path: string, query: URLSearchParams) => SeedAnswer {
  const projects = seedProjects(options.projects);
  return (_method, path) => {
    if (path === "/session") return { name: "session", document: sessionOf(options) };
    const [, environment = "", rest = ""] = /^\/environments\/([^/]+)(\/.*)$/.exec(path) ?? [];
    if (environment === "dev") return expired;
    const here = environment === "local" ? [] : projects;
    if (rest === "/fleet") return { name: "fleet", document: seedFleet(environment, here) };
    return notFound(path);
  };
}

const sessionOf = ({ readOnly = false }: SeedOptions) => ({
  schema: 1,
  workspace: "mobility",
  version: "0.1.0",
  actor: "ana@mobility",
  person: null,
  changes: !readOnly,
  readOnlyBecause: readOnly
    ? "This console was started with --read-only: start it without to change something"
    : null,
  language: "en",
  zone,
  csrf: "seeded",
  defaultEnvironment: "prd",
  environments: [
    {
      name: "prd",
      platform: "aws",
      region: "sa-east-1",
      account: "123456789012",
      rollbacks: true,
      models: true,
    },
    {
      name: "dev",
      platform: "aws",
      region: "sa-east-1",
      account: "210987654321",
      rollbacks: true,
      models: true,
    },
    {
      name: "local",
      platform: "local",
      region: null,
      account: null,
      rollbacks: false,
      models: false,
    },
  ],
});

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
