import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { esteira } from "../cli/cli.ts";
import { gitIn, teamRepository, typed } from "./repository.ts";

const feature = { "src/projects/recsys/score.py": "print('better')\n" };

describe("in GitHub Actions", () => {
  const pullRequest = (head: string, sha: string, from = "acme/ml") =>
    JSON.stringify({
      pull_request: {
        number: 7,
        head: { ref: head, sha, repo: { full_name: from } },
        base: { ref: "dev", sha, repo: { full_name: "acme/ml" } },
      },
    });

  test("the pull request is asked about, at its own commit, with annotations", async () => {
    await using team = await teamRepository();
    await team.git("switch", "--quiet", "--create", "work");
    const sha = await team.commit("Better", feature);
    await team.git("push", "--quiet", "origin", "work");
    const clone = await team.clone("runner");
    await gitIn(clone, "checkout", "--quiet", "--detach", "origin/dev");
    const event = join(team.path, "event.json");
    await writeFile(event, pullRequest("work", sha));
    const { code, out } = await esteira(clone, ["ci", "check-branch"], {
      GITHUB_ACTIONS: "true",
      GITHUB_HEAD_REF: "work",
      GITHUB_BASE_REF: "dev",
      GITHUB_EVENT_PATH: event,
    });
    expect(code).toBe(1);
    expect(out.split("\n")).toContain(
      "::error title=branch/name::what goes to dev is named feature/<project>-<description>; this branch is named work%0Arename it for one of fleet-report, recsys, as in feature/PROJECT-work",
    );
  });

  test("a fork's dev is not ours", async () => {
    await using team = await teamRepository();
    const sha = await team.git("rev-parse", "dev");
    const event = join(team.path, "event.json");
    await writeFile(event, pullRequest("dev", sha, "mallory/ml"));
    const { code, out } = await esteira(team.path, ["ci", "check-branch"], {
      GITHUB_HEAD_REF: "dev",
      GITHUB_BASE_REF: "master",
      GITHUB_EVENT_PATH: event,
    });
    expect(code).toBe(1);
    expect(out).toContain(
      "master takes only from this repository's own dev; this dev is of mallory/ml",
    );
  });

  test("a fork's master is a fork's, and one whose event can't be read is nobody's", async () => {
    await using team = await teamRepository();
    const sha = await team.git("rev-parse", "master");
    const event = join(team.path, "event.json");
    const variables = {
      GITHUB_HEAD_REF: "master",
      GITHUB_BASE_REF: "dev",
      GITHUB_EVENT_PATH: event,
    };
    await writeFile(event, pullRequest("master", sha, "mallory/ml"));
    const fork = await esteira(team.path, ["ci", "check-branch"], variables);
    expect(fork.code).toBe(1);
    expect(fork.out).toContain(
      "what goes to dev is named feature/<project>-<description>; this branch is named master",
    );
    await writeFile(event, pullRequest("master", sha));
    expect(await esteira(team.path, ["ci", "check-branch"], variables)).toMatchObject({ code: 0 });
    for (const text of ["", "{}", "null", '{"pull_request":null}']) {
      await writeFile(event, text);
      expect(await esteira(team.path, ["ci", "check-branch"], variables)).toEqual({
        code: 5,
        out: "",
        err: "error: it can't be read whose branch master is, this repository's or a fork's\n       GITHUB_EVENT_PATH must name the event of the pull request, as it does in a job; by hand, name both branches: --head BRANCH --base BRANCH.",
      });
    }
  });

  test("a merge queue's branch isn't asked about, and the step that asks is corrected", async () => {
    await using team = await teamRepository();
    await team.git("switch", "--quiet", "--create", "gh-readonly-queue/dev/pr-7-0123abc");
    const variables = { GITHUB_EVENT_NAME: "merge_group" };
    expect(await esteira(team.path, ["ci", "check-branch"], variables)).toEqual({
      code: 5,
      out: "",
      err: "error: a merge queue's branch has no name of a person's, and its pull requests were checked already\n       Give the step `if: github.event_name == 'pull_request'`, as in the check.yml that `esteira init` writes; by hand, name both branches: --head BRANCH --base BRANCH.",
    });
    const named = ["ci", "check-branch", "--head", "feature/recsys-v2", "--base", "dev"];
    await team.git("branch", "feature/recsys-v2");
    expect(await esteira(team.path, named, variables)).toMatchObject({ code: 0 });
  });

  test("a shallow clone says what it lacks, and the command gets it", async () => {
    await using team = await teamRepository();
    await team.git("switch", "--quiet", "--create", "feature/recsys-v2");
    await team.commit("Better", feature);
    await team.git("push", "--quiet", "origin", "feature/recsys-v2");
    const clone = await team.clone("shallow", "--depth=1", "--branch=feature/recsys-v2");
    expect(await esteira(clone, ["ci", "check-branch"])).toEqual({
      code: 4,
      out: "",
      err: "error: this clone has no branch dev\n       Fetch it: `git fetch origin dev:refs/remotes/origin/dev`.",
    });
    const asked = ["ci", "check-branch", "--head", "feature/recsys-v2", "--base", "dev"];
    expect(await esteira(clone, asked, { GITHUB_ACTIONS: "true" })).toEqual({
      code: 4,
      out: "::error title=esteira::this clone has no branch dev%0ACheck out all of it: `fetch-depth: 0` in the workflow, under `with:` of actions/checkout.",
      err: "error: this clone has no branch dev\n       Check out all of it: `fetch-depth: 0` in the workflow, under `with:` of actions/checkout.",
    });
    await typed(clone, "git fetch --quiet --depth=1 origin dev:refs/remotes/origin/dev");
    const shallow = await esteira(clone, ["ci", "check-branch"]);
    expect(shallow).toEqual({
      code: 5,
      out: "",
      err: "error: this clone has only the newest commits; its history says where a branch started and what was released\n       Fetch the rest: `git fetch --unshallow origin '+refs/heads/*:refs/remotes/origin/*'`.",
    });
    await typed(clone, /`(.*)`/.exec(shallow.err)?.[1] ?? "false");
    const single = await esteira(clone, ["ci", "check-branch"]);
    expect(single).toMatchObject({ code: 5 });
    await typed(clone, /`(.*)`/.exec(single.err)?.[1] ?? "false");
    expect(await esteira(clone, ["ci", "check-branch"])).toMatchObject({ code: 0 });
  });

  test("outside of a repository it says so", async () => {
    await using team = await teamRepository();
    await typed(team.path, "rm -rf .git");
    expect(await team.esteira("ci", "check-branch")).toEqual({
      code: 5,
      out: "",
      err: "error: this workspace is in no Git repository\n       `git init` makes it one; a CI job checks it out first.",
    });
  });
});
