import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { expect, test } from "vitest";

import { esteira, temporaryFolder } from "../cli/cli.ts";
import { write } from "../cli/workspace.ts";
import { configOf, gitIn, teamRepository } from "./repository.ts";

test("a feature's projects are those that it changed, committed or not; the base's work since then isn't its own", async () => {
  await using team = await teamRepository("ml");
  await team.git("switch", "--quiet", "--create", "feature/recsys-v2");
  expect(await team.esteira("ci", "changed")).toEqual({ code: 0, out: "", err: "" });
  await team.git("switch", "--quiet", "dev");
  await team.commit("Meanwhile", { "src/projects/fleet-report/score.py": "print(3)\n" });
  await team.git("push", "--quiet", "origin", "dev");
  await team.git("switch", "--quiet", "feature/recsys-v2");

  await team.commit("Better", { "src/projects/recsys/score.py": "print(2)\n" });
  expect((await team.esteira("ci", "changed")).out).toBe("recsys");
  await write(team.path, "src/projects/churn/config.yaml", "project_name: churn\n");
  await write(team.path, "src/projects/recsys/.esteira/state", "ignored by nobody\n");
  expect((await team.esteira("ci", "changed")).out).toBe("churn\nrecsys");
  await write(team.path, ".gitignore", "churn/\n");
  expect(JSON.parse((await team.esteira("ci", "changed", "--json")).out)).toEqual({
    schema: 1,
    base: "dev",
    commit: await team.git("rev-parse", "origin/dev"),
    projects: [{ project: "recsys", directory: "src/projects/recsys" }],
  });
});

test("in a workflow it is what the push brought, or what the pull request brings", async () => {
  await using team = await teamRepository();
  const before = await team.git("rev-parse", "HEAD");
  await team.commit("Better", { "src/projects/recsys/score.py": "print(2)\n" });
  await team.git("push", "--quiet", "origin", "dev");
  const event = join(team.path, "..", "event.json");
  await writeFile(event, JSON.stringify({ before }));
  const variables = { GITHUB_EVENT_NAME: "push", GITHUB_EVENT_PATH: event };
  expect(await esteira(team.path, ["ci", "changed"], variables)).toMatchObject({ out: "recsys" });
  const pull = { GITHUB_HEAD_REF: "dev", GITHUB_BASE_REF: "master" };
  expect(await esteira(team.path, ["ci", "changed"], pull)).toMatchObject({ out: "recsys" });
});

test("in a merge queue it is what the queue's group brings, wherever dev is by now", async () => {
  await using team = await teamRepository();
  const base = await team.git("rev-parse", "HEAD");
  await team.commit("Better", { "src/projects/recsys/score.py": "print(2)\n" });
  await team.git("push", "--quiet", "origin", "dev");
  const event = join(team.path, "..", "event.json");
  await writeFile(event, JSON.stringify({ merge_group: { base_sha: base } }));
  const variables = { GITHUB_EVENT_NAME: "merge_group", GITHUB_EVENT_PATH: event };
  const { out } = await esteira(team.path, ["ci", "changed", "--json"], variables);
  expect(JSON.parse(out)).toMatchObject({ base, projects: [{ project: "recsys" }] });
});

test("a shallow clone in a workflow says what it lacks", async () => {
  await using team = await teamRepository();
  await team.commit("Better", { "src/projects/recsys/score.py": "print(2)\n" });
  await team.git("push", "--quiet", "origin", "dev");
  const clone = await team.clone("shallow", "--depth=1", "--no-single-branch", "--branch=dev");
  const pull = { GITHUB_HEAD_REF: "dev", GITHUB_BASE_REF: "master", GITHUB_ACTIONS: "true" };
  expect(await esteira(clone, ["ci", "changed"], pull)).toMatchObject({
    code: 5,
    err: "error: this clone has only the newest commits; its history says where a branch started and what was released\n       Check out all of it: `fetch-depth: 0` in the workflow, under `with:` of actions/checkout.",
  });
});

test("a submodule is changed when another commit of it is wanted; what isn't here is named", async () => {
  await using team = await teamRepository();
  await using other = await temporaryFolder();
  await write(other.path, "config.yaml", configOf("churn"));
  await write(other.path, "Dockerfile", "FROM python:3.11-slim\n");
  await write(other.path, "score.py", "print('scored')\n");
  const inOther = (...args: string[]) => gitIn(other.path, ...args);
  await inOther("init", "--quiet", "--initial-branch=main");
  await inOther("add", "--all");
  await inOther("commit", "--quiet", "--message", "Churn");
  const local = ["-c", "protocol.file.allow=always"];
  const churn = "src/projects/churn";
  await team.git(...local, "submodule", "add", "--quiet", other.path, churn);
  await team.commit("Churn", {});
  await team.git("push", "--quiet", "origin", "dev", "dev:master");
  expect(await team.esteira("ci", "changed")).toMatchObject({ code: 0, out: "" });

  await inOther("commit", "--quiet", "--allow-empty", "--message", "More");
  await write(other.path, "score.py", "print(4)\n");
  await inOther("add", "--all");
  await inOther("commit", "--quiet", "--message", "Better");
  await team.git(...local, "-C", churn, "pull", "--quiet");
  await team.commit("Churn, better", {});
  expect(await team.esteira("ci", "changed")).toMatchObject({ code: 0, out: "churn" });

  // The rule of versions sees what is in it.
  const { out } = await team.esteira("ci", "check-branch", "--head", "dev", "--base", "master");
  expect(out).toContain("a version is released once; churn 1.0.0 is in master with other content");

  // A branch may be of it.
  await team.git("switch", "--quiet", "--create", "feature/churn-v2");
  expect(await team.esteira("ci", "check-branch")).toMatchObject({ code: 0 });

  await team.git("submodule", "--quiet", "deinit", "--force", churn);
  expect(await team.esteira("ci", "changed")).toEqual({
    code: 4,
    out: "",
    err: `error: src/projects/churn is a Git submodule that isn't checked out
       \`git submodule update --init src/projects/churn\` brings it; in a workflow, actions/checkout does with \`submodules: true\``,
  });
});

test("a pointer of Git LFS is an error of the project that it would go into", async () => {
  await using team = await teamRepository();
  await write(team.path, ".gitattributes", "*.bin filter=lfs diff=lfs merge=lfs -text\n");
  const pointer = `version https://git-lfs.github.com/spec/v1
oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393
size 12345
`;
  await write(team.path, "src/projects/recsys/model.bin", pointer);
  await write(team.path, "src/projects/recsys/more.bin", pointer);
  expect(await team.esteira("validate", "recsys")).toEqual({
    code: 3,
    out: `src/projects/recsys/model.bin  error  source/lfs-pointer
  this and 1 other file are pointers of Git LFS, not the large file itself
  help: \`git lfs pull\` fetches it (in a workflow, actions/checkout does with \`lfs: true\`); what the image doesn't need
        is left out in .dockerignore

  src/projects/recsys/more.bin  a pointer too

1 error in 1 file

✗ Checked 1 project for local, dev, prd: not valid.`,
    err: "",
  });
  expect(await team.esteira("validate", "fleet-report")).toMatchObject({ code: 0 });
  await write(team.path, "src/projects/recsys/.dockerignore", "*.bin\n");
  expect(await team.esteira("validate", "recsys")).toMatchObject({ code: 0 });
});
