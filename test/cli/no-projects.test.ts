import { mkdir } from "node:fs/promises";
import { join } from "node:path";

import { expect, test } from "vitest";

import { gitIn } from "../governance/repository.ts";
import { esteira, temporaryFolder } from "./cli.ts";
import { projectYaml, write } from "./workspace.ts";

test("validate fails where there is no project", async () => {
  await using folder = await temporaryFolder();
  await mkdir(join(folder.path, "src/projects"), { recursive: true });
  expect(await esteira(folder.path, ["validate"])).toEqual({
    code: 3,
    out: `error  workspace/no-projects
  there is no project here: no folder of src/projects/* has a config.yaml
  help: \`esteira new NAME\` makes one that runs at once, \`esteira adopt FOLDER\` makes one of a folder that is there

1 error

✗ Checked 0 projects for local: not valid.`,
    err: "",
  });
  const { code, out } = await esteira(folder.path, ["validate", "--json"]);
  expect({ code, document: JSON.parse(out) as object }).toMatchObject({
    code: 3,
    document: { valid: false, projects: [], diagnostics: [{ code: "workspace/no-projects" }] },
  });
});

/** Warnings of `validate` about folders, by their places. */
async function folders(root: string): Promise<readonly string[]> {
  const { out } = await esteira(root, ["validate", "--json"]);
  const { diagnostics } = JSON.parse(out) as {
    readonly diagnostics: readonly { readonly code: string; readonly message: string }[];
  };
  return diagnostics
    .filter(({ code }) => code === "workspace/no-config")
    .map(({ message }) => message.split(" ")[0] ?? "");
}

test("a folder among the projects without a config.yaml is a warning that names adopt", async () => {
  await using folder = await temporaryFolder();
  const projects = "src/projects";
  await write(
    folder.path,
    `${projects}/demo/config.yaml`,
    projectYaml("demo", '- { id: a, command: "true" }'),
  );
  await write(folder.path, `${projects}/demo/Dockerfile`, "FROM python:3.11-slim\n");
  await write(folder.path, `${projects}/churn/main.py`, "");
  expect(await esteira(folder.path, ["validate"])).toEqual({
    code: 0,
    out: `src/projects/churn/config.yaml  warning  workspace/no-config
  src/projects/churn has no config.yaml, so it is no project
  help: \`esteira adopt src/projects/churn\` writes one; what is no project is named under ignore: in esteira.yaml

1 warning in 1 file

✓ Checked 1 project for local: valid.`,
    err: "",
  });
  // A project that is named is looked at alone.
  expect((await esteira(folder.path, ["validate", "demo"])).out).toBe(
    "✓ Checked 1 project for local: valid.",
  );
  expect(await esteira(folder.path, ["validate", "churn"])).toEqual({
    code: 4,
    out: "",
    err: `error: there is no project churn: src/projects/churn has no config.yaml
       \`esteira adopt src/projects/churn\` writes one.`,
  });
});

test.each(["in no repository", "in a repository"])(
  "%s, hidden, empty and ignored folders are passed over",
  async (where) => {
    await using folder = await temporaryFolder();
    const inGit = where === "in a repository";
    const projects = "src/projects";
    await write(folder.path, "esteira.yaml", "ignore: [src/projects/old-*, src/projects/shared]\n");
    for (const name of [".cache", "_drafts", "old-churn", "shared", "churn"]) {
      await write(folder.path, `${projects}/${name}/main.py`, "");
    }
    // Ignored wholly, and what a branch leaves behind that was here before.
    await write(folder.path, `${projects}/left/__pycache__/main.pyc`, "");
    await mkdir(join(folder.path, projects, "empty"));
    if (inGit) {
      await gitIn(folder.path, "init", "--quiet");
      await write(folder.path, ".gitignore", "*.pyc\n/src/projects/scratch/\n");
      await write(folder.path, `${projects}/scratch/main.py`, "");
    }
    expect(await folders(folder.path)).toEqual(["src/projects/churn"]);
    if (!inGit) return;
    await gitIn(folder.path, "add", "--all");
    expect(await folders(folder.path)).toEqual(["src/projects/churn"]);
  },
);

test("what ignore names is no project, whatever is in it", async () => {
  await using folder = await temporaryFolder();
  await write(folder.path, "esteira.yaml", "ignore: [src/projects/demo]\n");
  await write(folder.path, "src/projects/demo/config.yaml", "project_name: demo\n");
  expect(await esteira(folder.path, ["validate", "--json"])).toMatchObject({ code: 3 });
  expect((await esteira(folder.path, ["validate", "demo"])).err).toContain(
    "error: there is no project demo\n",
  );
});
