import { expect, test } from "vitest";

import type { Project } from "../../config/model.ts";
import { filesFromRecord } from "../../config/project-files.ts";
import { err, ok } from "../../core/result.ts";
import { type BuildFacts, checkBuild } from "./build.ts";

const sources = {
  Dockerfile: "ARG PYTHON_VERSION\nFROM --platform=linux/amd64 python:${PYTHON_VERSION}-slim\n",
  "requirements.txt": "pandas==2.2.2\n-r more.txt\n",
  "more.txt": "scikit-learn\n",
  "main.py": "import pandas\nfrom steps import load\n",
  "steps/load.py": "import sklearn\nimport helpers\n",
  "steps/helpers.py": "",
  "tests/test_load.py": "import pytest\n",
};

function facts(
  changes: Partial<BuildFacts> = {},
  files: Readonly<Record<string, string>> = sources,
): BuildFacts {
  const runtime = { dockerfile: "Dockerfile", requirementsFile: "requirements.txt" };
  return {
    name: "recsys",
    environment: "prd",
    platform: "aws",
    files: filesFromRecord(files),
    project: { runtime } as Project,
    diagnostics: [],
    docker: ok({ version: "28.1" }),
    image: [],
    ...changes,
  };
}

const lines = (given: BuildFacts) =>
  checkBuild(given).map(({ outcome, subject, message, help }) =>
    [outcome, `${subject}:`, message, ...(help === undefined ? [] : [`→ ${help}`])].join(" "),
  );

test("all is well", () => {
  expect(lines(facts())).toEqual([
    "passed config: config.yaml has no problems",
    "passed Dockerfile: builds on python:${PYTHON_VERSION}-slim",
    "passed requirements: requirements.txt names 2 packages, all that is imported among them",
    "passed Docker: Docker 28.1 answers",
  ]);
});

test("what is missing has its remedy", () => {
  const { Dockerfile: _no, ...rest } = sources;
  const without = { ...rest, "more.txt": "", "main.py": "import pandas, xgboost\n" };
  const engine = err({ reason: "unavailable", message: "no Docker engine answers: no" } as const);
  expect(lines(facts({ docker: engine }, without)).slice(1)).toEqual([
    "failed Dockerfile: recsys has no Dockerfile → Name yours in `runtime.dockerfile`, or copy the one that `esteira new` makes for a new project.",
    "warning requirements: imported and not in requirements.txt: xgboost (main.py:1), sklearn (steps/load.py:1) → Add what no other package brings along; else the step ends with ModuleNotFoundError.",
    "warning Docker: no Docker engine answers: no → Images can't be built on this machine; in CI they can.",
  ]);
});

test("a requirements file that pip can't read, or that isn't there", () => {
  const broken = { ...sources, "requirements.txt": "pandas\nscikit learn\n" };
  expect(lines(facts({}, broken))[2]).toBe(
    "failed requirements: requirements.txt: pip doesn't understand `scikit learn` → Write a package a line, as in `pandas==2.2.2`.",
  );
  for (const line of ["pandas=>2.0", "pandas=2.0", "pandas<>2"]) {
    expect(lines(facts({}, { ...sources, "requirements.txt": `${line}\n` }))[2]).toBe(
      `failed requirements: requirements.txt: pip doesn't understand \`${line}\` → Write a package a line, as in \`pandas==2.2.2\`.`,
    );
  }
  const { "requirements.txt": _no, ...gone } = sources;
  expect(lines(facts({}, gone))[2]).toBe(
    "failed requirements: there is no requirements.txt → Add it, or correct `runtime.requirements_file`.",
  );
});

test("requirements that pip reads", () => {
  const fine = [
    "pandas >= 2, < 3",
    "scikit-learn~=1.5",
    "pandas===2.2.2",
    "pandas>2",
    "pandas!=2.1.*",
    "pandas[excel] (>=2)",
    'pandas; python_version < "3.12"',
    "pandas @ https://example.com/pandas.whl",
    "pandas==2.2.2 --hash=sha256:00",
  ];
  for (const line of fine) {
    const files = { "requirements.txt": `${line}\nscikit-learn\npandas\n`, Dockerfile: "FROM a\n" };
    expect(lines(facts({}, files))[2]).toMatch(/^passed requirements: requirements\.txt names/);
  }
});

test("a Dockerfile that copies what isn't there", () => {
  const of = (...commands: string[]) =>
    lines(
      facts({}, { ...sources, Dockerfile: ["FROM python:3.11-slim", ...commands].join("\n") }),
    )[1];
  expect(of("COPY requirement.txt .", "copy --chown=app steps/ \\", "  data.csv /app/")).toBe(
    "failed Dockerfile: Dockerfile copies what isn't in the project: requirement.txt, data.csv → Add it, or correct Dockerfile; paths are those of the project's folder.",
  );
  expect(of('ADD ["main.py", "models/best one.bin", "/app/"]')).toMatch(
    /isn't in the project: models\/best one\.bin →/,
  );
  expect(
    of(
      "COPY . .",
      "COPY ./steps /steps",
      "COPY /requirements.txt .",
      "COPY *.json $HOME/more /app/",
      "COPY --from=build /app/dist /app",
      "ADD https://example.com/a.tgz /tmp/",
      "# COPY nothing /",
      "COPY <<EOF /etc/x",
      "EOF",
    ),
  ).toBe("passed Dockerfile: builds on python:3.11-slim");
});

test("a Dockerfile that builds on nothing, and a configuration with errors", () => {
  expect(lines(facts({}, { ...sources, Dockerfile: "RUN true\n" }))[1]).toBe(
    "failed Dockerfile: Dockerfile has no FROM → Begin it with the image to build on.",
  );
  const problem = (severity: "error" | "warning", message: string) => ({
    code: "config/x",
    severity,
    message,
    help: "",
  });
  const errors = [problem("error", "no cron"), problem("error", "no steps")];
  expect(lines(facts({ project: undefined, diagnostics: errors, docker: undefined }))).toEqual([
    "failed config: config.yaml can't be used: no cron, and 1 more → `esteira validate recsys -e prd` shows them with their places.",
  ]);
  expect(lines(facts({ diagnostics: [problem("warning", "python differs")] }))[0]).toBe(
    "warning config: python differs → `esteira validate recsys -e prd` shows the place.",
  );
});

test("what is installed in another way than by the requirements file is known", () => {
  const message = (files: Readonly<Record<string, string>>) =>
    lines(facts({}, { "main.py": "import pandas\nimport MySQLdb\n", ...files }))[2] ?? "";
  const from = "FROM python:3.11-slim\n";
  const passed = /^passed requirements: /;
  expect(
    message({
      Dockerfile: `${from}RUN pip install --no-cache-dir pandas==2.2.2 \\\n  'mysqlclient>=2' && rm -rf /x\n`,
      "requirements.txt": "",
    }),
  ).toMatch(passed);
  expect(
    message({
      Dockerfile: `${from}RUN pip install poetry && poetry install\n`,
      "requirements.txt": "",
      "pyproject.toml": '[tool.poetry.dependencies]\npandas = "^2"\nmysqlclient = "*"\n',
    }),
  ).toMatch(passed);
  expect(
    message({
      Dockerfile: from,
      "requirements.txt":
        "https://example.com/wheels/pandas-2.2.2-cp311-cp311-linux_x86_64.whl\nmysqlclient\n",
    }),
  ).toMatch(passed);
  expect(message({ Dockerfile: from, "requirements.txt": "mysqlclient\n" })).toBe(
    "warning requirements: imported and not in requirements.txt: pandas (main.py:1) → Add what no other package brings along; else the step ends with ModuleNotFoundError.",
  );
});
