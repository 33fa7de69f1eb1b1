import { mkdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { expect, test } from "vitest";

import { esteira, temporaryFolder } from "../cli/cli.ts";
import { projectYaml, write } from "../cli/workspace.ts";
import { gitIn, typed } from "./repository.ts";

const nightly = 'schedule: { enabled: true, cron: "0 3 * * *", timeout_seconds: 60, retries: 0 }\n';

/** Two projects with schedules, in Git unless said otherwise, deployed to this machine. */
async function deployed(inGit = true): Promise<{ readonly path: string } & AsyncDisposable> {
  const folder = await temporaryFolder();
  await write(folder.path, ".gitignore", ".esteira\n__pycache__/\n");
  await write(folder.path, "esteira.yaml", "environments:\n  local: { executor: process }\n");
  for (const name of ["churn", "recsys"]) {
    const yaml = projectYaml(name, '- { id: a, command: "true" }').replace(/schedule:.*\n/, "");
    await write(folder.path, `src/projects/${name}/config.yaml`, `${yaml}${nightly}`);
    await write(folder.path, `src/projects/${name}/Dockerfile`, "FROM python:3.11-slim\n");
  }
  if (inGit) {
    await gitIn(folder.path, "init", "--quiet");
    await gitIn(folder.path, "add", "--all");
    await gitIn(folder.path, "commit", "--quiet", "--message", "Two projects");
  }
  expect(await esteira(folder.path, ["deploy"])).toMatchObject({ code: 0 });
  return folder;
}

/** State of each schedule, and why it is disabled. */
async function schedules(root: string): Promise<Readonly<Record<string, string>>> {
  const { out } = await esteira(root, ["schedule", "list", "--json"]);
  const { schedules: listed } = JSON.parse(out) as {
    readonly schedules: readonly {
      readonly project: string;
      readonly state: string;
      readonly disabled_by?: string;
    }[];
  };
  return Object.fromEntries(listed.map((one) => [one.project, one.state]));
}

const bothEnabled = { churn: "enabled", recsys: "enabled" };

test("what a sparse checkout leaves out is not removed, and the commands that are named work", async () => {
  await using workspace = await deployed();
  const { path } = workspace;
  await gitIn(path, "sparse-checkout", "set", "src/projects/recsys");
  expect(await esteira(path, ["deploy"])).toEqual({
    code: 0,
    out: "✓ local is up to date: nothing to change in 1 project.",
    err: `src/projects/churn  warning  workspace/not-on-disk
  src/projects/churn is in Git and not on this disk: nothing of it is changed
  help: \`git sparse-checkout add src/projects/churn\` brings it; \`git rm -r --sparse src/projects/churn\` removes it

1 warning in 1 file
`,
  });
  expect(await schedules(path)).toEqual(bothEnabled);
  expect(await esteira(path, ["deploy", "churn"])).toEqual({
    code: 4,
    out: "",
    err: `error: the project churn isn't on this disk: the sparse checkout leaves it out
       \`git sparse-checkout add src/projects/churn\` brings it.`,
  });
  expect(await esteira(path, ["deploy", "--prune", "--yes"])).toMatchObject({ code: 0 });
  expect(await schedules(path)).toEqual(bothEnabled);
  await typed(path, "git sparse-checkout add src/projects/churn");
  expect(await esteira(path, ["deploy", "churn"])).toMatchObject({ code: 0, err: "" });
  await gitIn(path, "sparse-checkout", "set", "src/projects/recsys");
  await typed(path, "git rm -r --sparse src/projects/churn");
  expect(await esteira(path, ["deploy"])).toMatchObject({ code: 0 });
  expect(await schedules(path)).toEqual({ churn: "disabled", recsys: "enabled" });
});

test("a folder that was deleted is removed by git rm, and nothing else", async () => {
  await using workspace = await deployed();
  const { path } = workspace;
  await rm(join(path, "src/projects/churn"), { recursive: true });
  expect(await esteira(path, ["validate"])).toEqual({
    code: 0,
    out: `src/projects/churn  warning  workspace/not-on-disk
  src/projects/churn is in Git and not on this disk: nothing of it is changed
  help: \`git restore src/projects/churn\` brings it; \`git rm -r src/projects/churn\` removes it

1 warning in 1 file

✓ Checked 1 project for local: valid.`,
    err: "",
  });
  expect(await esteira(path, ["deploy"])).toMatchObject({ code: 0 });
  expect(await schedules(path)).toEqual(bothEnabled);
  await typed(path, "git restore src/projects/churn");
  expect(await esteira(path, ["deploy"])).toMatchObject({ code: 0, err: "" });
  await typed(path, "git rm -r src/projects/churn");
  // What a branch leaves behind that had the project.
  await write(path, "src/projects/churn/__pycache__/score.pyc", "");
  expect(await esteira(path, ["deploy"])).toMatchObject({ code: 0 });
  expect(await schedules(path)).toEqual({ churn: "disabled", recsys: "enabled" });
});

test("outside of Git the disk decides", async () => {
  await using workspace = await deployed(false);
  await rm(join(workspace.path, "src/projects/churn"), { recursive: true });
  expect(await esteira(workspace.path, ["deploy"])).toMatchObject({ code: 0 });
  expect(await schedules(workspace.path)).toEqual({ churn: "disabled", recsys: "enabled" });
});

test("where Git can't be asked nothing is removed", async () => {
  await using workspace = await deployed();
  const { path } = workspace;
  // A worktree whose repository isn't mounted beside it.
  await rm(join(path, ".git"), { recursive: true });
  await writeFile(join(path, ".git"), "gitdir: /nowhere/.git/worktrees/acme\n");
  await rm(join(path, "src/projects/churn"), { recursive: true });
  expect(await esteira(path, ["deploy"])).toEqual({
    code: 0,
    out: "✓ local is up to date: nothing to change in 1 project.",
    err: `esteira.yaml  warning  workspace/git-unanswered
  nobody knows which projects were removed (git says: not a git repository: /nowhere/.git/worktrees/acme): none counts
  as removed
  help: make \`git status\` work in this folder

1 warning in 1 file
`,
  });
  expect(await schedules(path)).toEqual(bothEnabled);
});

test("a folder that belongs to another user is named as that, with what makes Git trust it", async () => {
  await using workspace = await deployed();
  const { path } = workspace;
  // Git's own tests have this variable for it.
  const other = { GIT_TEST_ASSUME_DIFFERENT_OWNER: "1" };
  const trust = `git config --global --add safe.directory ${path}`;
  const changed = await esteira(path, ["ci", "changed"], other);
  expect(changed).toEqual({
    code: 6,
    out: "",
    err: `error: git failed: detected dubious ownership in repository at '${path}'
       The folder belongs to another user. If you trust it: \`${trust}\`.`,
  });
  const { out } = await esteira(path, ["validate"], other);
  expect(out.replaceAll(/\s+/g, " ")).toContain(
    `help: the folder belongs to another user; if you trust it: \`${trust}\``,
  );
});

test("a submodule that isn't checked out is an error, and what is deployed of it stays", async () => {
  await using workspace = await deployed();
  const { path } = workspace;
  await using library = await temporaryFolder();
  await rename(join(path, "src/projects/churn"), join(library.path, "churn"));
  const churn = join(library.path, "churn");
  await gitIn(churn, "init", "--quiet");
  await gitIn(churn, "add", "--all");
  await gitIn(churn, "commit", "--quiet", "--message", "Churn");
  await gitIn(path, "rm", "-r", "--quiet", "src/projects/churn");
  const allowed = ["-c", "protocol.file.allow=always"];
  await gitIn(path, ...allowed, "submodule", "add", "--quiet", churn, "src/projects/churn");
  expect(await esteira(path, ["deploy"])).toMatchObject({ code: 0, err: "" });
  await gitIn(path, "submodule", "deinit", "--force", "src/projects/churn");
  expect(await esteira(path, ["validate"])).toEqual({
    code: 3,
    out: `src/projects/churn  error  workspace/submodule
  src/projects/churn is a Git submodule that isn't checked out
  help: \`git submodule update --init src/projects/churn\` brings it; in a workflow, actions/checkout does with
        \`submodules: true\`

1 error in 1 file

✗ Checked 1 project for local: not valid.`,
    err: "",
  });
  expect(await esteira(path, ["deploy"])).toEqual({
    code: 3,
    out: "",
    err: `src/projects/churn  error  workspace/submodule
  src/projects/churn is a Git submodule that isn't checked out
  help: \`git submodule update --init src/projects/churn\` brings it; in a workflow, actions/checkout does with
        \`submodules: true\`

1 error in 1 file

error: nothing was done: correct the errors above first`,
  });
  expect(await esteira(path, ["deploy", "recsys"])).toMatchObject({ code: 0 });
  expect(await esteira(path, ["deploy", "churn"])).toEqual({
    code: 4,
    out: "",
    err: `error: src/projects/churn is a Git submodule that isn't checked out
       \`git submodule update --init src/projects/churn\` brings it; in a workflow, actions/checkout does with \`submodules: true\``,
  });
  expect(await schedules(path)).toEqual(bothEnabled);
  await gitIn(path, ...allowed, "submodule", "update", "--init", "src/projects/churn");
  expect(await esteira(path, ["deploy"])).toMatchObject({ code: 0, err: "" });
});

test.each([
  [
    "in Git",
    "`git restore src/projects/churn` brings it back; `git rm -r src/projects/churn` removes the project",
  ],
  [
    "outside of Git",
    "bring it back; to remove the project, delete the folder: `rm -r src/projects/churn`",
  ],
])(
  "%s, a folder without its config.yaml is an error where a project of that name is deployed",
  async (where, help) => {
    await using workspace = await deployed(where === "in Git");
    const { path } = workspace;
    const churn = join(path, "src/projects/churn");
    await rename(join(churn, "config.yaml"), join(churn, "config.yml"));
    expect(await esteira(path, ["plan"])).toEqual({
      code: 3,
      out: "",
      err: `src/projects/churn/config.yml  warning  file/wrong-name
  config.yml is not read: the file must be named config.yaml
  help: rename it

1 warning in 1 file

src/projects/churn/config.yaml  error  workspace/deployed-without-config
  src/projects/churn has no config.yaml, and churn is deployed in local: it stays as it is
  help: ${help}

1 error in 1 file

error: nothing was done: correct the errors above first`,
    });
    expect(await esteira(path, ["deploy"])).toMatchObject({ code: 3 });
    expect(await esteira(path, ["deploy", "recsys"])).toMatchObject({ code: 0 });
    expect(await schedules(path)).toEqual(bothEnabled);
  },
);

test("an empty folder is no removal", async () => {
  await using workspace = await deployed(false);
  const { path } = workspace;
  const churn = join(path, "src/projects/churn");
  await rm(churn, { recursive: true });
  await mkdir(churn);
  expect(await esteira(path, ["deploy"])).toEqual({
    code: 3,
    out: "",
    err: `src/projects/churn/config.yaml  error  workspace/deployed-without-config
  src/projects/churn has no config.yaml, and churn is deployed in local: it stays as it is
  help: bring it back; to remove the project, delete the folder: \`rm -r src/projects/churn\`

1 error in 1 file

error: nothing was done: correct the errors above first`,
  });
  expect(await schedules(path)).toEqual(bothEnabled);
  await typed(path, "rm -r src/projects/churn");
  expect(await esteira(path, ["deploy"])).toMatchObject({ code: 0 });
  expect(await schedules(path)).toEqual({ churn: "disabled", recsys: "enabled" });
});

test("a link that leads nowhere is no removal", async () => {
  await using workspace = await deployed(false);
  const { path } = workspace;
  await rm(join(path, "src/projects"), { recursive: true });
  await symlink("/nowhere/projects/churn", join(path, "src/projects"));
  expect(await esteira(path, ["deploy"])).toEqual({
    code: 3,
    out: "",
    err: `src/projects  error  workspace/unreadable-folder
  the folder is a symbolic link that leads nowhere
  help: bring back what it points to, or remove the link

1 error in 1 file

error: nothing was done: correct the errors above first`,
  });
  expect(await schedules(path)).toEqual(bothEnabled);
});
