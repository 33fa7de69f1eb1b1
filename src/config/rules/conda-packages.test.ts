import { expect, test } from "vitest";

import { threadMs } from "../../core/fixtures/thread-time.ts";
import { linesOf, PROJECT_FILES } from "../fixtures/checked.ts";

const { "requirements.txt": _, ...BARE } = PROJECT_FILES;
const environment = `channels: [conda-forge]
dependencies:
  - python=3.11
  - conda-forge::Scikit_Learn>=1.4
  - pip:
      - shap==0.45
`;
const of = (
  run: string,
  files: Readonly<Record<string, string>> = { "environment.yml": environment },
) => linesOf("", { files: { ...BARE, ...files, Dockerfile: `FROM python:3.11-slim\n${run}\n` } });
const said = (what: string, program: string, rest: string) => [
  `2:1 [project_name] warning config/dockerfile-dependencies: Dockerfile installs ${what} by ${program}, and steps on this machine ${rest}`,
];
const unnamed =
  "get theirs from environment.yml, which doesn't name it; name it in environment.yml, and install from environment.yml in Dockerfile";

test.each([
  ["RUN conda install -y -c conda-forge xgboost", "xgboost", "conda"],
  [
    "RUN micromamba install --yes --name base 'xgboost>=2,<3' scikit-learn",
    "xgboost",
    "micromamba",
  ],
  [
    "RUN apt-get update \\\n && /opt/conda/bin/mamba install conda-forge::xgboost=2.0",
    "xgboost",
    "mamba",
  ],
  ["RUN micromamba create -n app -f environment.yml xgboost", "xgboost", "micromamba"],
])("a package that the environment doesn't name is warned of: %s", (run, what, program) => {
  expect(of(run)).toEqual(said(what, program, unnamed));
});

test("several are named, whatever the steps' file is", () => {
  expect(
    of("RUN mamba install lightgbm shap && conda install xgboost", {
      "requirements.txt": "shap\n",
    }),
  ).toEqual(
    said(
      "lightgbm and xgboost",
      "mamba",
      "get theirs from requirements.txt, which doesn't name them; name them in requirements.txt, and install from requirements.txt in Dockerfile",
    ),
  );
  expect(of("RUN conda install xgboost", {})).toEqual(
    said(
      "xgboost",
      "conda",
      "get no packages: no file is named; name it in an environment.yml, and install from that in Dockerfile",
    ),
  );
});

test.each([
  "RUN conda install -y scikit-learn=1.4 python=3.11 pip",
  "RUN micromamba install -y -n base -f environment.yml && micromamba clean --all --yes",
  "RUN conda env create -f environment.yml",
  "RUN conda install $PACKAGES",
  "RUN conda config --add channels conda-forge",
  "RUN apt-get install -y libgomp1",
  "RUN mamba install https://example.com/own-1.0-0.conda ./own.conda",
])("nothing is said of %s", (run) => {
  expect(of(run)).toEqual([]);
});

test("a package that PyPI calls differently is the same one", () => {
  expect(of("RUN conda install pytorch", { "requirements.txt": "torch==2.4\n" })).toEqual([]);
});

test("a Dockerfile that repeats packages without end is read in no time", () => {
  const begun = threadMs();
  of(`RUN conda install ${"-c ".repeat(10_000)}${"a b ".repeat(10_000)}`);
  expect(threadMs() - begun).toBeLessThan(3000);
});
