import { join } from "node:path";

import type { Plan } from "../../src/platform/plan.ts";
import { esteira, temporaryFolder } from "../cli/cli.ts";
import { write } from "../cli/workspace.ts";
import { token, type GitHubServer } from "./github-server.ts";

export const plan: Plan = {
  schema: 1,
  environment: "prd",
  platform: "aws",
  projects: [
    {
      project: "recsys",
      fingerprint: "0123456789abcdef",
      hold: undefined,
      warnings: [],
      changes: [
        {
          kind: "image",
          name: "recsys-1.1.0",
          action: "create",
          fields: [],
          drift: false,
          note: "will be built",
        },
        {
          kind: "schedule",
          name: "sched-recsys",
          action: "update",
          fields: [{ path: "cron", before: "0 3 * * *", after: "0 4 * * *" }],
          drift: true,
        },
        {
          kind: "cluster",
          name: "ml-cluster-recsys",
          action: "unchanged",
          fields: [],
          drift: false,
        },
      ],
    },
    { project: "churn", fingerprint: "1", hold: "rolled back by ana", warnings: [], changes: [] },
    { project: "fleet", fingerprint: "2", hold: undefined, warnings: [], changes: [] },
  ],
};

/** As `plan --json` prints it: what is absent is null. */
export const asPrinted = (document: object): string =>
  JSON.stringify(document, (_key, value: unknown) => value ?? null);

/**
 * A workspace in which a plan was printed, and a job that comments on it in pull request 7 of
 * acme/ml.
 */
export async function commentWorkspace(github: GitHubServer, document: string) {
  const folder = await temporaryFolder();
  await write(folder.path, "esteira.yaml", "workspace: acme\n");
  await write(folder.path, "plan.json", document);
  const event = {
    pull_request: {
      number: 7,
      head: { ref: "dev", sha: "abc", repo: { full_name: "acme/ml" } },
      base: { ref: "master", sha: "def", repo: { full_name: "acme/ml" } },
    },
  };
  await write(folder.path, "event.json", JSON.stringify(event));
  const variables = {
    GITHUB_ACTIONS: "true",
    GITHUB_API_URL: github.url,
    GITHUB_TOKEN: token,
    GITHUB_REPOSITORY: "acme/ml",
    GITHUB_HEAD_REF: "dev",
    GITHUB_BASE_REF: "master",
    GITHUB_EVENT_PATH: join(folder.path, "event.json"),
    GITHUB_STEP_SUMMARY: join(folder.path, "summary.md"),
    GITHUB_SERVER_URL: "https://github.com",
    GITHUB_RUN_ID: "42",
    GITHUB_SHA: "0123456789abcdef",
    ENV: "prd",
  };
  const comment = (changes: Readonly<Record<string, string | undefined>> = {}, ...more: string[]) =>
    esteira(folder.path, ["ci", "comment", "plan.json", ...more], { ...variables, ...changes });
  return { ...folder, comment };
}
