import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { esteira, temporaryFolder } from "../cli/cli.ts";
import { write } from "../cli/workspace.ts";
import { startGitHub, token, type GitHubServer } from "./github-server.ts";

let github: GitHubServer;
beforeAll(async () => {
  github = await startGitHub();
});
beforeEach(() => {
  github.answer = undefined;
  github.state.protection.clear();
  github.state.protection.set("dev", null).set("master", null);
  github.asked.length = 0;
  github.problems.length = 0;
});
afterAll(() => github[Symbol.asyncDispose]());

async function workspace() {
  const folder = await temporaryFolder();
  await write(
    folder.path,
    "esteira.yaml",
    "branches: { environments: { dev: local, master: local } }\n",
  );
  const variables = { GITHUB_API_URL: github.url, GH_TOKEN: token, HOME: folder.path };
  const protect = (...more: string[]) =>
    esteira(folder.path, ["ci", "protect", "--repo", "acme/ml", ...more], variables);
  return { ...folder, protect, variables };
}

const ours = {
  required_status_checks: {
    strict: false,
    contexts: ["Check", "Plan"],
    checks: [{ context: "Check" }, { context: "Plan" }],
  },
  enforce_admins: true,
  required_pull_request_reviews: {
    dismiss_stale_reviews: true,
    required_approving_review_count: 1,
  },
  restrictions: null,
  allow_force_pushes: false,
  allow_deletions: false,
};

describe("ci protect", () => {
  test("shows what would change, sets it with --apply, and then has nothing more to do", async () => {
    await using folder = await workspace();
    const shown = await folder.protect();
    expect(shown).toMatchObject({ code: 0, err: "" });
    expect(shown.out).toBe(`acme/ml
  + branch  dev
      approvals                  (none) → 1
      stale_approvals_dismissed  (none) → true
      checks                     (none) → ["Check","Plan"]
      administrators_too         (none) → true
      force_pushes               (none) → false
      deletion                   (none) → false
  + branch  master
      approvals                  (none) → 1
      stale_approvals_dismissed  (none) → true
      checks                     (none) → ["Check","Plan"]
      administrators_too         (none) → true
      force_pushes               (none) → false
      deletion                   (none) → false

Plan for acme/ml: 2 to create in 2 branches.

  $ esteira ci protect --apply`);
    expect(github.state.protection.get("dev")).toBeNull();

    expect(await folder.protect("--apply")).toMatchObject({
      code: 5,
      err: "error: this changes what everybody may do and there is no terminal to ask on\n       Look at the plan, then say so: `esteira ci protect --apply --yes`.",
    });
    const applied = await folder.protect("--apply", "--yes");
    expect(applied).toMatchObject({ code: 0, err: "" });
    expect(applied.out).toMatch(/\n\n✓ acme\/ml is protected so\.$/);
    expect([...github.state.protection]).toEqual([
      ["dev", ours],
      ["master", ours],
    ]);

    const again = await folder.protect("--apply", "--yes");
    expect(again).toEqual({
      code: 0,
      out: `acme/ml
  = nothing to change

Plan for acme/ml: nothing to change in 2 branches.`,
      err: "",
    });
    expect(github.asked.filter((id) => id === "repos/update-branch-protection")).toHaveLength(2);
    expect(github.problems).toEqual([]);

    const trail = await esteira(folder.path, ["audit", "--json"], folder.variables);
    expect(JSON.parse(trail.out)).toMatchObject({
      entries: [
        {
          actor: "ana",
          action: "protect-branch",
          subject: expect.stringMatching(/^master of acme\/ml: /) as string,
        },
        {
          actor: "ana",
          action: "protect-branch",
          subject: expect.stringMatching(/^dev of acme\/ml: /) as string,
        },
      ],
    });
  });

  test("keeps what is stricter or somebody else's, and takes away what lets people pass by", async () => {
    await using folder = await workspace();
    const strict = {
      required_status_checks: {
        strict: true,
        contexts: ["lint", "Plan"],
        checks: [
          { context: "lint", app_id: 12 },
          { context: "Plan", app_id: -1 },
        ],
      },
      enforce_admins: false,
      required_pull_request_reviews: {
        dismiss_stale_reviews: false,
        require_code_owner_reviews: true,
        require_last_push_approval: true,
        required_approving_review_count: 3,
        dismissal_restrictions: { users: ["bia"], teams: [], apps: [] },
        bypass_pull_request_allowances: { users: ["caio"], teams: ["ops"], apps: [] },
      },
      restrictions: { users: [], teams: ["ml"], apps: ["bot"] },
      required_linear_history: true,
      allow_force_pushes: true,
      allow_deletions: false,
      block_creations: false,
      required_conversation_resolution: true,
      lock_branch: false,
      allow_fork_syncing: false,
    };
    github.state.protection.set("dev", strict);
    github.state.protection.set("master", ours);
    const { out } = await folder.protect("--json", "--apply", "--yes");
    expect(JSON.parse(out)).toEqual({
      schema: 1,
      repository: "acme/ml",
      applied: true,
      branches: [
        {
          branch: "dev",
          protected: true,
          fields: [
            { path: "stale_approvals_dismissed", before: false, after: true },
            { path: "checks", before: ["lint", "Plan"], after: ["lint", "Plan", "Check"] },
            { path: "administrators_too", before: false, after: true },
            { path: "force_pushes", before: true, after: false },
            { path: "passed_by", before: ["caio", "ops"], after: null },
          ],
        },
        { branch: "master", protected: true, fields: [] },
      ],
    });
    expect(github.state.protection.get("dev")).toEqual({
      ...strict,
      required_status_checks: {
        strict: true,
        contexts: ["lint", "Plan", "Check"],
        checks: [
          { context: "lint", app_id: 12 },
          { context: "Plan", app_id: -1 },
          { context: "Check" },
        ],
      },
      enforce_admins: true,
      required_pull_request_reviews: {
        ...strict.required_pull_request_reviews,
        dismiss_stale_reviews: true,
        bypass_pull_request_allowances: { users: [], teams: [], apps: [] },
      },
      allow_force_pushes: false,
    });
    expect(github.problems).toEqual([]);
  });

  test("reviews and checks are chosen", async () => {
    await using folder = await workspace();
    const chosen = ["--reviews", "2", "--check", "Check", "--check", "unit"];
    await folder.protect("--apply", "--yes", ...chosen);
    expect(github.state.protection.get("master")).toMatchObject({
      required_status_checks: { contexts: ["Check", "unit"] },
      required_pull_request_reviews: { required_approving_review_count: 2 },
    });
  });

  test.each([
    [
      { status: 404, body: { message: "Not Found" } },
      6,
      'error: could not read how dev of acme/ml is protected: GitHub says 404, Not Found\n       GitHub says so also to who may not administer acme/ml: use the token of an administrator, with the right "Administration".',
    ],
    [
      { status: 404, body: { message: "Branch not found" } },
      4,
      "error: could not read how dev of acme/ml is protected: GitHub says 404, Branch not found\n       Make it first: git push origin HEAD:dev. Which branches deploy says branches.environments of esteira.yaml.",
    ],
    [
      {
        status: 403,
        body: {
          message: "Upgrade to GitHub Pro or make this repository public to enable this feature.",
        },
      },
      5,
      "error: could not read how dev of acme/ml is protected: GitHub says 403, Upgrade to GitHub Pro or make this repository public to enable this feature\n       GitHub protects branches of private repositories only on a paid plan: upgrade, or protect by agreement.",
    ],
    [
      { status: 401, body: { message: "Bad credentials" } },
      6,
      "error: could not read how dev of acme/ml is protected: GitHub says 401, Bad credentials\n       The token in GITHUB_TOKEN or GH_TOKEN is wrong or has expired; `gh auth token` prints yours.",
    ],
  ])("GitHub answers %j: one clear message", async (answer, code, err) => {
    await using folder = await workspace();
    github.answer = answer;
    expect(await folder.protect()).toEqual({ code, out: "", err });
  });

  test("where the audit trail can't be reached, the protection stays and that is said", async () => {
    await using folder = await workspace();
    await write(
      folder.path,
      "esteira.yaml",
      `branches: { environments: { dev: dev } }
environments:
  dev:
    platform: aws
    account_id: "111111111111"
    region: us-east-1
    vpc_id: vpc-0123456789abcdef0
    subnet_ids: [subnet-0123456789abcdef0]
    ecr_repository: ml
    endpoint_url: http://127.0.0.1:9
`,
    );
    const { code, err } = await esteira(
      folder.path,
      ["ci", "protect", "--repo", "acme/ml", "--apply", "--yes"],
      { ...folder.variables, AWS_ACCESS_KEY_ID: "x", AWS_SECRET_ACCESS_KEY: "x" },
    );
    expect(code).toBe(0);
    expect(err).toMatch(/^The audit trail of dev could not record that dev is protected: .+$/);
    expect(github.state.protection.get("dev")).toEqual(ours);
  });
});
