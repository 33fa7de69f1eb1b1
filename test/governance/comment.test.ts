import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { write } from "../cli/workspace.ts";
import { startGitHub, type GitHubServer } from "./github-server.ts";
import { asPrinted, commentWorkspace, plan } from "./plan-comment.ts";

let github: GitHubServer;
beforeAll(async () => {
  github = await startGitHub();
});
beforeEach(() => {
  github.answer = undefined;
  github.state.comments.length = 0;
  github.asked.length = 0;
  github.problems.length = 0;
});
afterAll(() => github[Symbol.asyncDispose]());

describe("ci comment", () => {
  test("shows the plan in one comment and in the job's summary, and replaces it in place", async () => {
    await using folder = await commentWorkspace(github, asPrinted(plan));
    github.state.comments.push(
      ...Array.from({ length: 130 }, (_, id) => ({ id, issue: 7, body: `talk ${id}` })),
    );
    expect(await folder.comment()).toEqual({
      code: 0,
      out: "✓ made https://github.com/acme/ml/pull/7#issuecomment-1130",
      err: "",
    });
    const body = github.state.comments.at(-1)?.body ?? "";
    expect(body).toBe(`<!-- esteira:plan:acme -->
### Plan for \`prd\`: 1 to create, 1 to update in 3 projects

<details><summary><b>recsys</b>: 1 to create, 1 to update, changed by somebody else</summary>

\`\`\`diff
+ image     recsys-1.1.0  will be built
! schedule  sched-recsys (changed by somebody else)
      cron  "0 3 * * *" → "0 4 * * *"
  = cluster   ml-cluster-recsys
\`\`\`

</details>

<details><summary><b>churn</b>: held</summary>

\`\`\`diff
! held: rolled back by ana
\`\`\`

</details>

Nothing to change in 1 other project.

<sub>Of the merge 0123456, by [this run](https://github.com/acme/ml/actions/runs/42). The next push replaces this.</sub>`);
    const summary = await readFile(join(folder.path, "summary.md"), "utf8");
    expect(summary).toBe(`${body.split("\n").slice(1, -2).join("\n")}\n\n`);

    await write(folder.path, "plan.json", asPrinted({ ...plan, projects: [] }));
    expect((await folder.comment()).out).toBe(
      "✓ updated https://github.com/acme/ml/pull/7#issuecomment-1130",
    );
    expect(github.state.comments.filter(({ body }) => body.startsWith("<!--"))).toHaveLength(1);
    expect(github.state.comments.at(-1)?.body).toContain(
      "### Plan for `prd`: nothing to change in 0 projects\n",
    );
    await folder.comment();
    expect(github.asked).toEqual([
      "issues/list-comments",
      "issues/list-comments",
      "issues/create-comment",
      "issues/list-comments",
      "issues/list-comments",
      "issues/update-comment",
      // The same once more is not written.
      "issues/list-comments",
      "issues/list-comments",
    ]);
    expect(github.problems).toEqual([]);
  });

  test("five hundred projects fit into what GitHub takes, and those left out are counted", async () => {
    const [recsys] = plan.projects;
    const projects = Array.from({ length: 500 }, (_, index) => ({
      ...recsys,
      project: `project-${index}`,
    }));
    await using folder = await commentWorkspace(github, asPrinted({ ...plan, projects }));
    expect(await folder.comment()).toMatchObject({ code: 0, err: "" });
    const body = github.state.comments[0]?.body ?? "";
    expect(body.length).toBeGreaterThan(60_000);
    expect(body.length).toBeLessThanOrEqual(65_536);
    const shown = body.match(/<details>/g)?.length ?? 0;
    expect(body.match(/<\/details>/g)).toHaveLength(shown);
    expect(body).toContain(
      `${500 - shown} projects more, too long for here: \`project-${shown}\`, `,
    );
    expect(body).toContain("### Plan for `prd`: 500 to create, 500 to update in 500 projects\n");
  });

  test("fails for what could not be deployed, which is said first, and not for what stays as it is", async () => {
    const [recsys, , fleet] = plan.projects;
    const refusal = { reason: "refused", message: "its model is in Staging", help: "promote it" };
    const projects = [
      { ...recsys, project: "calm" },
      // What has nothing to change needs no model in its place: nothing of it would be written.
      { ...fleet, warnings: ["its model is in Staging"], model: { model: "fleet", refusal } },
      { ...recsys, project: "taken", blocked: { reason: "refused", message: "1.1.0 is taken" } },
    ];
    await using folder = await commentWorkspace(github, asPrinted({ ...plan, projects }));
    expect(await folder.comment()).toMatchObject({
      code: 1,
      out: `✓ made https://github.com/acme/ml/pull/7#issuecomment-1000
✗ taken could not be deployed: 1.1.0 is taken
::error title=plan of taken::1.1.0 is taken`,
    });
    const summaries = github.state.comments[0]?.body.match(/(?<=<summary>).*(?=<\/summary>)/g);
    expect(summaries).toEqual([
      "<b>taken</b>: ✗ can't be deployed",
      "<b>calm</b>: 1 to create, 1 to update, changed by somebody else",
      "<b>fleet</b>: 1 warning",
    ]);
    const answer = await folder.comment({}, "--json");
    expect(JSON.parse(answer.out)).toMatchObject({ updated: true, refused: ["taken"] });
  });

  test("a stranger's comment that looks like ours stays the stranger's", async () => {
    await using folder = await commentWorkspace(github, asPrinted(plan));
    const body = "<!-- esteira:plan:acme -->\n### Plan for `prd`: nothing to change";
    github.state.comments.push({ id: 1, issue: 7, body, association: "NONE" });
    expect((await folder.comment()).out).toBe(
      "✓ made https://github.com/acme/ml/pull/7#issuecomment-1001",
    );
    expect(github.state.comments[0]?.body).toBe(body);
    expect((await folder.comment()).out).toContain("updated");
    expect(github.problems).toEqual([]);
  });

  test("says why there is no plan, and no text of a config can speak for itself", async () => {
    const error = {
      reason: "invalid",
      message: "model @everyone is **not** in \u001B]0;owned\u0007\u202EProduction",
      help: "promote it: `esteira model promote`",
      diagnostics: [
        {
          code: "config/unknown-key",
          severity: "error",
          message: "there is no field ```x",
          location: {
            file: "src/projects/recsys/config.yaml",
            range: { line: 3, column: 1, length: 4, text: "```x: 1" },
          },
        },
      ],
    };
    await using folder = await commentWorkspace(
      github,
      JSON.stringify({ schema: 1, error, exit: 3 }),
    );
    expect(await folder.comment()).toMatchObject({ code: 0 });
    const body = github.state.comments[0]?.body ?? "";
    expect(body).toContain(
      "### ✗ No plan for `prd`\n\nmodel @\u200Beveryone is \\*\\*not\\*\\* in Production\n\npromote it: \\`esteira model promote\\`\n\n````\nsrc/projects/recsys/config.yaml:3:1  error  config/unknown-key\n",
    );
    await write(folder.path, "plan.json", "");
    await folder.comment();
    expect(github.state.comments[0]?.body).toContain(
      "### ✗ No plan for `prd`\n\nthe plan broke off before it said anything; the job's log has more\n",
    );
  });

  test.each([
    [
      { GITHUB_TOKEN: undefined },
      undefined,
      5,
      "error: there is no token for GitHub\n       Set GITHUB_TOKEN or GH_TOKEN; in a workflow: `GITHUB_TOKEN: ${{ github.token }}`, on your machine: `export GH_TOKEN=$(gh auth token)`.",
    ],
    [
      { GITHUB_TOKEN: "wrong" },
      undefined,
      6,
      "error: could not read the comments of acme/ml#7: GitHub says 401, Bad credentials\n       The token in GITHUB_TOKEN or GH_TOKEN is wrong or has expired; `gh auth token` prints yours.",
    ],
    [
      { GITHUB_REPOSITORY: "acme/other" },
      undefined,
      4,
      "error: could not read the comments of acme/other#7: GitHub says 404, Not Found\n       There is nothing of that name, or the token may not see it: GitHub doesn't tell which.",
    ],
    [
      {},
      {
        status: 403,
        body: { message: "Resource not accessible by integration" },
        headers: { "x-accepted-github-permissions": "issues=write; pull_requests=write" },
      },
      6,
      "error: could not read the comments of acme/ml#7: GitHub says 403, Resource not accessible by integration\n       The token may not do this; it needs issues=write; pull_requests=write.",
    ],
    [
      {},
      {
        status: 403,
        body: { message: "API rate limit exceeded for installation." },
        headers: { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "1795000000" },
      },
      5,
      "error: could not read the comments of acme/ml#7: GitHub says 403, API rate limit exceeded for installation\n       Try again after 2026-11-18T11:06:40.000Z.",
    ],
    [
      {},
      { status: 502, body: "<html>Bad Gateway</html>", headers: { "content-type": "text/html" } },
      6,
      "error: could not read the comments of acme/ml#7: GitHub says 502, no reason given\n       Try again in a while.",
    ],
    [
      { GITHUB_API_URL: "http://127.0.0.1:9" },
      undefined,
      6,
      expect.stringContaining("error: could not read the comments of acme/ml#7: ") as string,
    ],
    [
      { GITHUB_HEAD_REF: "" },
      undefined,
      2,
      "error: it isn't known which pull request to comment on\n       Name it: --pr NUMBER. In a workflow it is the one that the event is about.",
    ],
  ])("%j, answered %j: one clear message", async (variables, answer, code, err) => {
    await using folder = await commentWorkspace(github, asPrinted(plan));
    github.answer = answer;
    const reported = await folder.comment(variables);
    expect({ code: reported.code, err: reported.err }).toEqual({ code, err });
  });
});
