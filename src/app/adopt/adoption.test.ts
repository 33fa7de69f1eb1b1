import { describe, expect, test } from "vitest";

import { filesFromRecord } from "../../config/project-files.ts";
import { adoptionOf } from "./adoption.ts";
import { pythonVersionOf, readPythonProject } from "./python-project.ts";

const guarded = `def main():\n    pass\n\n\nif __name__ == "__main__":\n    main()\n`;
const buildSystem = `[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n`;

/** The commands of the steps, the version of Python and the requirements of a folder. */
function adopted(files: Readonly<Record<string, string>>): unknown {
  const found = adoptionOf("churn", filesFromRecord(files));
  if (found === undefined) return undefined;
  const { steps, pythonVersion, requirementsFile, requirements } = found;
  const commands = steps.map(({ id, command }) => `${id}: ${command}`);
  return [commands, pythonVersion, requirementsFile, requirements];
}

test.each<[string, Readonly<Record<string, string>>, unknown]>([
  [
    "a main.py and requirements",
    { "main.py": "", "requirements.txt": "pandas\n" },
    [["main: python main.py"], "3.11", "requirements.txt", undefined],
  ],
  [
    "a conda environment, with its Python",
    {
      "main.py": "",
      "environment.yml": "channels: [conda-forge]\ndependencies:\n  - python=3.12\n  - pandas\n",
      "pyproject.toml": "[tool.ruff]\nline-length = 100\n",
    },
    [["main: python main.py"], "3.12", "environment.yml", undefined],
  ],
  [
    "a main.py alone",
    { "main.py": "" },
    [["main: python main.py"], "3.11", "requirements.txt", ""],
  ],
  [
    "what the Dockerfile starts, with its Python",
    {
      "main.py": "",
      "train.py": "",
      Dockerfile: `FROM --platform=linux/amd64 docker.io/library/python:3.12-slim\nENTRYPOINT ["python"]\nCMD ["train.py", \\\n  "--country", "São Paulo"]\n`,
    },
    [["main: python train.py --country 'São Paulo'"], "3.12", "requirements.txt", ""],
  ],
  [
    "a Dockerfile that starts what is only in the image, or a shell",
    { "main.py": "", Dockerfile: `FROM python:3.13\nCMD ["python", "/opt/run.py"]\n` },
    [["main: python main.py"], "3.13", "requirements.txt", ""],
  ],
  [
    "a package with a __main__, beside its tests",
    { "churn/__main__.py": "", "tests/__main__.py": "", ".python-version": "3.10.14\n" },
    [["main: python -m churn"], "3.10", "requirements.txt", ""],
  ],
  [
    "a package below src/ that pip installs",
    { "src/churn/__main__.py": "", "pyproject.toml": `${buildSystem}[project]\nname = "churn"\n` },
    [["main: python -m churn"], "3.11", "requirements.txt", ".\n"],
  ],
  [
    "a console script",
    {
      "src/churn/cli.py": "",
      "pyproject.toml": `${buildSystem}[project]\nname = "churn"\nrequires-python = ">=3.12,<3.14"\n[project.scripts]\nchurn-train = "churn.cli:main"\n`,
    },
    [["main: churn-train"], "3.12", "requirements.txt", ".\n"],
  ],
  [
    "Poetry's own table",
    {
      "pyproject.toml": `[tool.poetry]\nname = "churn"\n[tool.poetry.dependencies]\npython = "^3.10"\npandas = "^2"\n[tool.poetry.scripts]\ntrain = "churn:main"\n${buildSystem}`,
    },
    [["main: train"], "3.10", "requirements.txt", ".\n"],
  ],
  [
    "dependencies without a build",
    {
      "main.py": "",
      "pyproject.toml": `[project]\nname = "churn"\ndependencies = ["pandas>=2", "numpy"]\n`,
    },
    [["main: python main.py"], "3.11", "requirements.txt", "pandas>=2\nnumpy\n"],
  ],
  [
    "one script that is started by its name",
    { "train.py": guarded, "features.py": "", "test_train.py": guarded, "setup.py": guarded },
    [["main: python train.py"], "3.11", "requirements.txt", ""],
  ],
  [
    "notebooks, in the order of their names",
    { "notebooks/02 Treino.ipynb": "{}", "notebooks/01_extract.ipynb": "{}" },
    [
      ["extract: notebooks/01_extract.ipynb", "treino: 'notebooks/02 Treino.ipynb'"],
      "3.11",
      "requirements.txt",
      "papermill\nipykernel\n",
    ],
  ],
  [
    "a package with a lock",
    {
      "pyproject.toml": `[project]\nname = "churn"\n[project.scripts]\nchurn = "churn.cli:main"\n[build-system]\nrequires = ["hatchling"]\n`,
      "src/churn/cli.py": "",
      "uv.lock": "version = 1\n",
    },
    [["main: churn"], "3.11", "uv.lock", undefined],
  ],
  [
    "requirements in a folder",
    { "main.py": "", "requirements/base.txt": "pandas\n" },
    [["main: python main.py"], "3.11", "requirements/base.txt", undefined],
  ],
  [
    "what the README runs, with its arguments",
    {
      "main.py": "",
      "README.md":
        "Run `python other.py`:\n\n    $ pip install -r requirements.txt\n    $ python3 main.py --data 'my data.csv'   # slow\n",
    },
    [["main: python main.py --data 'my data.csv'"], "3.11", "requirements.txt", ""],
  ],
  [
    "several scripts in the README's order, each once, and nothing that a shell would compute",
    {
      "prepare.py": "",
      "train.py": "",
      "README.md":
        "```sh\nuv run python ./train.py --help\npython prepare.py\npython train.py | tee log\npython train.py\npython prepare.py --again\npython absent.py\npython -m pytest\n```\n",
    },
    [["prepare: python prepare.py", "train: python train.py"], "3.11", "requirements.txt", ""],
  ],
  [
    "what a Makefile runs",
    { "a.py": guarded, "b.py": guarded, Makefile: "run:\n\t@python b.py\n" },
    [["main: python b.py"], "3.11", "requirements.txt", ""],
  ],
  ["two scripts, of which none is main.py", { "a.py": guarded, "b.py": guarded }, undefined],
  ["nothing that runs", { "README.md": "# Churn\n" }, undefined],
])("%s", (_, files, expected) => {
  expect(adopted(files)).toEqual(expected);
});

test("variables that the code can't do without are secrets until somebody says otherwise", () => {
  const found = adoptionOf(
    "clinic",
    filesFromRecord({
      "main.py": `import os\nos.environ["ITS_OWN"] = "1"\nhome = os.environ["HOME"]\nos.environ["ITS_OWN"]\nrows = os.environ.get("ROWS")\n`,
      "db/read.py": `from os import environ\nurl = environ['CLINIC_URL']\n`,
      "tests/test_main.py": `os.environ["ONLY_TESTS"]\n`,
      "a.ipynb": `{"source": "key = os.environ[\\"API_KEY\\"]"}`,
      "requirements.txt": "lightgbm==4.6.0\n",
    }),
  );
  expect(found).toMatchObject({
    variables: ["API_KEY", "CLINIC_URL"],
    systemPackages: ["libgomp1"],
    remarks: [
      "Keep the value of API_KEY: `esteira secrets set API_KEY --project clinic`; if it is no secret, write it under runtime.env_vars instead.",
      "Keep the value of CLINIC_URL: `esteira secrets set CLINIC_URL --project clinic`; if it is no secret, write it under runtime.env_vars instead.",
      "Write your address for ml-team@example.com in config.yaml.",
    ],
  });
});

describe("what is left for a person", () => {
  test("packages of notebooks, an address, a pyproject.toml that can't be read", () => {
    const files = { "a.ipynb": "{}", "requirements.txt": "pandas\n", "pyproject.toml": "[project" };
    expect(adoptionOf("churn", filesFromRecord(files))?.remarks).toEqual([
      "pyproject.toml can't be read as TOML, so nothing was taken from it.",
      "Add papermill and ipykernel to requirements.txt: the steps need them.",
      "Write your address for ml-team@example.com in config.yaml.",
    ]);
  });

  test("packages that scripts and notebooks import and no requirement names", () => {
    const cells = [
      { cell_type: "markdown", source: "import this" },
      { cell_type: "code", source: ["%matplotlib inline\n", "import seaborn as sns\n"] },
      { cell_type: "code", source: "from train import fit\nimport json" },
    ];
    const code = {
      "a.ipynb": JSON.stringify({ cells }),
      "train.py": "import pandas as pd\nfrom sklearn.svm import SVC\n",
      "tests/test_a.py": "import pytest\n",
    };
    const remarksOf = (more: Readonly<Record<string, string>>) =>
      adoptionOf("churn", filesFromRecord({ ...code, ...more }))?.remarks.slice(0, -1);
    expect(remarksOf({})).toEqual([
      "Add to requirements.txt what the code imports and nothing installs: pandas (train.py), scikit-learn for sklearn (train.py), seaborn (a.ipynb).",
    ]);
    const list = "papermill\nipykernel\n-r more.txt\n";
    expect(
      remarksOf({ "requirements.txt": list, "more.txt": "pandas\nseaborn\nscikit_learn>=1\n" }),
    ).toEqual([]);
    // A lock has more than was asked for, and isn't a list to add to.
    expect(remarksOf({ "uv.lock": 'name = "papermill"\nname = "ipykernel"\n' })).toEqual([]);
  });

  test("nothing, where pyproject.toml says who, what and which version", () => {
    const toml = `[project]\nname = "churn"\nversion = "2.1"\ndescription = "Who leaves"\nauthors = [{ name = "Ana" }, { email = "ana@example.com" }]\n`;
    const found = adoptionOf("churn", filesFromRecord({ "main.py": "", "pyproject.toml": toml }));
    expect(found).toMatchObject({
      description: "Who leaves",
      version: "2.1",
      technicalOwner: "ana@example.com",
      remarks: [],
    });
  });
});

test("fields of another form than pyproject.toml's count as absent", () => {
  expect(
    readPythonProject(`[project]\nversion = 1\ndependencies = "pandas"\nscripts = []\n`),
  ).toEqual({
    version: undefined,
    description: undefined,
    author: undefined,
    requiresPython: undefined,
    dependencies: [],
    scripts: {},
    installable: false,
  });
});

test.each([
  [">=3.10", "3.10"],
  [">=3.9,<3.13", "3.9"],
  ["<4,>=3.11", "3.11"],
  ["^3.12", "3.12"],
  ["==3.12.*", "3.12"],
  ["~=3.10.4", "3.10"],
  ["!=3.9.1", undefined],
  [">=3", undefined],
])("of Python %s the version %s is meant", (requirement, version) => {
  expect(pythonVersionOf(requirement)).toBe(version);
});
