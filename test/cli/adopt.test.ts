import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { expect, test } from "vitest";

import { esteira, temporaryFolder } from "./cli.ts";
import { write } from "./workspace.ts";

const local = "environments: { local: { platform: local, executor: process } }\n";

async function workspace(files: Readonly<Record<string, string>>) {
  const folder = await temporaryFolder();
  await write(folder.path, "esteira.yaml", local);
  for (const [path, text] of Object.entries(files)) await write(folder.path, path, text);
  return folder;
}

test("a folder with a main.py becomes a project, and runs", async () => {
  const main = "src/projects/churn/main.py";
  await using folder = await workspace({ [main]: `print("42 customers")\n` });
  expect(await esteira(folder.path, ["adopt", "src/projects/churn"])).toEqual({
    code: 0,
    out: `✓ churn is a project now: src/projects/churn
  + config.yaml
  + requirements.txt
  + Dockerfile
  + .dockerignore
  assumed:
    step main: python main.py  there is a main.py
    python_version: 3.11  nothing says which
    requirements_file: requirements.txt  there is none, so no packages are installed but what the steps need
    outputs: **  all that a step writes is kept; name what you need
  ! Write your address for ml-team@example.com in config.yaml.

  $ esteira deploy churn && esteira run churn    on this machine; its schedule is off`,
    err: "",
  });
  expect(await esteira(folder.path, ["validate"])).toEqual({
    code: 0,
    out: "✓ Checked 1 project for local: valid.",
    err: "",
  });
  expect(await esteira(folder.path, ["deploy", "churn"])).toMatchObject({ code: 0 });
  const run = await esteira(folder.path, ["run", "churn"]);
  expect(run.out).toContain("42 customers");
  expect(run.code).toBe(0);
  expect(await esteira(folder.path, ["adopt", "src/projects/churn"])).toEqual({
    code: 5,
    out: "",
    err: `error: src/projects/churn is a project already
       Edit its config.yaml; \`esteira validate churn\` checks it.`,
  });
});

test("every folder among the projects at once, with what each has kept as it is", async () => {
  const dockerfile = `FROM python:3.12-slim\nCOPY . .\nCMD ["python", "-m", "demand", "--all"]\n`;
  await using folder = await workspace({
    "src/projects/demand/Dockerfile": dockerfile,
    "src/projects/demand/demand/__main__.py": "",
    "src/projects/demand/requirements.txt": "pandas==2.3.0\n",
    "src/projects/pricing/pyproject.toml": `[project]\nname = "pricing"\nversion = "1.4.0"\nrequires-python = ">=3.10"\n[project.scripts]\npricing = "pricing.cli:main"\n[build-system]\nrequires = ["hatchling"]\n`,
    "src/projects/pricing/src/pricing/cli.py": "",
    "src/projects/report/01 Coleta.ipynb": "{}",
    "src/projects/report/02 Relatório.ipynb": "{}",
  });
  const { code, out } = await esteira(folder.path, ["adopt", "--json"]);
  const because = "there are 2 notebooks, in the order of their names";
  expect({ code, document: JSON.parse(out) as object }).toMatchObject({
    code: 0,
    document: {
      schema: 1,
      diagnostics: [],
      projects: [
        {
          project: "demand",
          folder: "src/projects/demand",
          written: ["config.yaml"],
          assumptions: [
            {
              field: "step main",
              value: "python -m demand --all",
              because: "the Dockerfile starts it",
            },
            { field: "python_version", value: "3.12", because: "the Dockerfile starts from it" },
            { field: "requirements_file", value: "requirements.txt", because: "it is there" },
            { field: "outputs" },
          ],
        },
        {
          project: "pricing",
          written: ["config.yaml", "requirements.txt", "Dockerfile", ".dockerignore"],
          assumptions: [{ value: "pricing" }, { value: "3.10" }, { value: "requirements.txt" }, {}],
        },
        {
          project: "report",
          assumptions: [
            { field: "step coleta", value: "'01 Coleta.ipynb'", because },
            { field: "step relatorio", value: "'02 Relatório.ipynb'", because },
            { field: "python_version" },
            { field: "requirements_file" },
            { field: "outputs" },
          ],
        },
      ],
    },
  });
  const read = (path: string) => readFile(join(folder.path, "src/projects", path), "utf8");
  expect(await read("demand/Dockerfile")).toBe(dockerfile);
  // What is installed is the folder itself, so that it is copied first.
  expect(await read("pricing/Dockerfile")).toMatch(
    /^FROM python:3\.10-slim\n[^]*COPY \. \.\n# uv does it[^]*\n# esteira: cache \/var\/cache\/uv\nRUN [^]* -r requirements\.txt [^]* fi\n$/,
  );
  expect(await read("pricing/config.yaml")).toContain('\nversion: "1.4.0"\n');
  expect(await esteira(folder.path, ["validate"])).toEqual({
    code: 0,
    out: "✓ Checked 3 projects for local: valid.",
    err: "",
  });
});

test("requirements that uv doesn't know are pip's in the image too", async () => {
  await using folder = await workspace({
    "src/projects/churn/main.py": "",
    "src/projects/churn/requirements.txt": "-e git+https://example.com/a#egg=a\n",
  });
  expect(await esteira(folder.path, ["adopt", "src/projects/churn"])).toMatchObject({ code: 0 });
  expect(await readFile(join(folder.path, "src/projects/churn/Dockerfile"), "utf8")).toContain(`
# By pip: uv doesn't know an editable package from a repository.
RUN pip install --no-cache-dir --disable-pip-version-check -r requirements.txt
`);
});

test("a conda environment is what is installed, here and in the image", async () => {
  const project = "src/projects/forest";
  await using folder = await workspace({
    [`${project}/main.py`]: "import sklearn\n",
    [`${project}/environment.yml`]:
      "channels: [conda-forge]\ndependencies:\n  - python=3.12\n  - scikit-learn=1.7\n",
  });
  const adopted = await esteira(folder.path, ["adopt", project]);
  expect(adopted).toMatchObject({ code: 0, err: "" });
  expect(adopted.out).toContain(`forest is a project now: src/projects/forest
  + config.yaml
  + Dockerfile
  + .dockerignore
  assumed:
    step main: python main.py  there is a main.py
    python_version: 3.12  environment.yml has it
    requirements_file: environment.yml  micromamba or pixi makes it on this machine, micromamba in the image
`);
  expect(await readFile(join(folder.path, project, "Dockerfile"), "utf8")).toBe(
    `FROM mambaorg/micromamba:2

USER root
ENV PYTHONDONTWRITEBYTECODE=1 \\
    PYTHONUNBUFFERED=1 \\
    PATH=/opt/conda/bin:$PATH

WORKDIR /app

# The environment first: this layer is built again only when it changes.
COPY environment.yml .
RUN micromamba install --yes --name base --file environment.yml \\
    && micromamba clean --all --yes

COPY . .
`,
  );
  expect(await esteira(folder.path, ["validate"])).toEqual({
    code: 0,
    out: "✓ Checked 1 project for local: valid.",
    err: "",
  });
});

test("init says which folders can be adopted", async () => {
  await using folder = await temporaryFolder();
  await write(folder.path, "src/projects/churn/main.py", "");
  const { out } = await esteira(folder.path, ["init", "--no-github"]);
  expect(out.split("\n").at(-1)).toBe(
    "  $ esteira adopt    make projects of the folders without a config.yaml: churn",
  );
});

test.each([
  [["elsewhere"], 4, "error: there is no folder elsewhere\n       Name a folder with code in it."],
  [
    ["notebooks"],
    5,
    "error: notebooks isn't where this workspace has its projects, src/projects/*\n       Move it there first (`git mv`), or change projects: in esteira.yaml.",
  ],
  [
    ["src/projects/Churn_Model"],
    5,
    `error: src/projects/Churn_Model can't be a project under this name: the name "Churn_Model" doesn't fit the names of AWS resources
       Rename the folder (\`git mv\`): use lower-case letters, digits and hyphens, starting with a letter, such as "churn-model".`,
  ],
  [
    ["src/projects/docs"],
    5,
    "error: nothing in src/projects/docs says what is to be run\n       Name the script main.py, and adopt it again; or write config.yaml yourself: `esteira new` shows how one looks; or name the folder under ignore: in esteira.yaml.",
  ],
])("what can't be adopted: %j", async (inputs, code, err) => {
  await using folder = await workspace({
    "notebooks/a.ipynb": "{}",
    "src/projects/Churn_Model/main.py": "",
    "src/projects/docs/README.md": "# Docs\n",
  });
  expect(await esteira(folder.path, ["adopt", ...inputs])).toEqual({ code, out: "", err });
});

test("without a folder, what can't be adopted keeps nothing else from it, and is said with what to do", async () => {
  await using folder = await workspace({
    "src/projects/Churn_Model/main.py": "",
    "src/projects/docs/README.md": "# Docs\n",
    "src/projects/sales/main.py": "",
  });
  const { path } = folder;
  const shown = await esteira(path, ["adopt"]);
  expect(shown.code).toBe(5);
  expect(shown.out).toContain("✓ sales is a project now: src/projects/sales\n");
  expect(shown.err)
    .toBe(`✗ src/projects/Churn_Model can't be a project under this name: the name "Churn_Model" doesn't fit the names of AWS resources
  Rename the folder (\`git mv\`): use lower-case letters, digits and hyphens, starting with a letter, such as "churn-model".
✗ nothing in src/projects/docs says what is to be run
  Name the script main.py, and adopt it again; or write config.yaml yourself: \`esteira new\` shows how one looks; or name the folder under ignore: in esteira.yaml.`);
  const again = await esteira(path, ["adopt", "--json"]);
  expect(again.code).toBe(5);
  expect(JSON.parse(again.out)).toMatchObject({
    projects: [],
    refused: [{ folder: "src/projects/Churn_Model" }, { folder: "src/projects/docs" }],
  });
});

test("where every folder has its config.yaml, there is nothing to adopt", async () => {
  await using folder = await workspace({});
  expect(await esteira(folder.path, ["adopt"])).toEqual({
    code: 4,
    out: "",
    err: `error: there is no folder to adopt: each one of src/projects/* has its config.yaml
       Name one: \`esteira adopt FOLDER\`; \`esteira new NAME\` makes a project from nothing.`,
  });
});
