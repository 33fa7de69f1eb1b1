import { describe, expect, test } from "vitest";
import { AWS_WORKSPACE, PROJECT_FILES, linesOf } from "../fixtures/checked.ts";
import { scriptsIn } from "./scripts.ts";

const command = (text: string, files: Record<string, string> = PROJECT_FILES) =>
  linesOf(`batch: {pipeline: {steps: [{id: a, command: ${JSON.stringify(text)}}]}}`, {
    files,
  }).join("\n");

describe("scripts that a command names", () => {
  test.each([
    ["python steps/score.py", ["steps/score.py"]],
    ["python3.11 -u -W ignore ./steps/score.py --day 1", ["steps/score.py"]],
    ["A=1 exec python 'my steps/score.py'", ["my steps/score.py"]],
    [
      "python a.py && python -m steps.score | tee out.txt; bash tools/end.sh",
      ["a.py", "steps/score", "tools/end.sh"],
    ],
    ["./run.sh x", ["run.sh"]],
    ["python -c 'import a'", []],
    ["python -", []],
    ["python $SCRIPT", []],
    ["python steps/*.py", []],
    ["python /opt/tool.py", []],
    ["cd steps && python score.py", []],
    ["bash -c 'python a.py'", []],
    ["papermill a.ipynb b.ipynb", []],
    ["", []],
  ])("%s", (text, paths) => {
    expect(scriptsIn(text).map(({ path }) => path)).toEqual(paths);
  });

  test("must be there", () => {
    expect(command("python steps/extract_features.py && python -m steps.score_model")).toBe("");
    expect(command("python -m pytest")).toBe("");
    expect(command("python steps/extract_featurs.py --x")).toMatchInlineSnapshot(
      `"1:53 [steps/extract_featurs.py] error config/missing-script: there is no file steps/extract_featurs.py in the project; did you mean "steps/extract_features.py"?"`,
    );
    expect(command("python -m steps.score_modle")).toMatchInlineSnapshot(
      `"1:56 [steps.score_modle] error config/missing-script: there is no module steps.score_modle in the project; did you mean "steps/score_model.py"?"`,
    );
    expect(command("python steps")).toMatchInlineSnapshot(
      `"1:53 [steps] error config/missing-script: steps is a folder, not a file; name a file in it"`,
    );
    expect(command("python ../other/main.py")).toMatchInlineSnapshot(
      `"1:53 [../other/main.py] error config/path-outside: "../other/main.py" leads out of the project; name a file inside the project's folder, relative to it"`,
    );
    expect(linesOf("test: {command: bash check.sh}")).toMatchInlineSnapshot(`
      [
        "1:22 [check.sh] error config/missing-script: there is no file check.sh in the project; add it, or correct the name",
      ]
    `);
  });
});

describe("the Dockerfile", () => {
  const files = { "main.py": "" };

  test("is asked for on AWS, and where containers are wanted; else it is a warning", () => {
    expect(linesOf("", { files })).toMatchInlineSnapshot(`
      [
        "2:1 [project_name] warning config/missing-dockerfile: there is no file Dockerfile in the project; steps run as processes here; add a Dockerfile before the project goes to AWS",
      ]
    `);
    const infra = "infra: {compute: {ec2_type: t3.large}}";
    expect(linesOf(infra, { files, workspace: AWS_WORKSPACE })).toMatchInlineSnapshot(`
      [
        "1:1 [infra] error config/missing-dockerfile: there is no file Dockerfile in the project (in dev, prd); add one, or name the one to use with runtime.dockerfile",
      ]
    `);
    expect(linesOf("", { files, workspace: "environments: {local: {executor: docker}}" }))
      .toMatchInlineSnapshot(`
        [
          "2:1 [project_name] error config/missing-dockerfile: there is no file Dockerfile in the project; add one, or name the one to use with runtime.dockerfile",
        ]
      `);
    const misspelt = { "main.py": "", DockerFile: "" };
    expect(linesOf(infra, { files: misspelt, workspace: AWS_WORKSPACE })).toMatchInlineSnapshot(`
      [
        "1:1 [infra] error config/missing-dockerfile: there is no file Dockerfile in the project (in dev, prd); did you mean "DockerFile"?",
      ]
    `);
    expect(linesOf("runtime: {dockerfile: docker/Dockerfile}", { files })).toMatchInlineSnapshot(`
      [
        "1:23 [docker/Dockerfile] error config/missing-dockerfile: there is no file docker/Dockerfile in the project; add it, or correct the name",
      ]
    `);
  });

  test.each([
    "FROM python:3.12-slim",
    "ARG PYTHON_VERSION\nFROM python:${PYTHON_VERSION}-slim",
    "FROM --platform=linux/amd64 docker.io/library/python:3.12.4 AS base",
    "FROM nvidia/cuda:12.4.0-runtime",
    "FROM python:3.11 AS build\nFROM python:3.12",
    "FROM python:3",
  ])("%j agrees with 3.12, or says nothing", (Dockerfile) => {
    expect(
      linesOf('runtime: {python_version: "3.12"}', { files: { ...files, Dockerfile } }),
    ).toEqual([]);
  });

  test("has another Python", () => {
    expect(linesOf("runtime: {python_version: 3.10}")).toMatchInlineSnapshot(`
      [
        "1:27 [3.10] warning config/python-version-differs: python_version is 3.10, but Dockerfile starts from Python 3.11; write the same version in both; in the Dockerfile, "ARG PYTHON_VERSION" and "FROM python:\${PYTHON_VERSION}-slim" keep them equal",
      ]
    `);
  });
});

test("the requirements file", () => {
  expect(linesOf("runtime: {requirements_file: requirement.txt}")).toMatchInlineSnapshot(`
    [
      "1:30 [requirement.txt] error config/missing-requirements: there is no file requirement.txt in the project; did you mean "requirements.txt"?",
    ]
  `);
  expect(linesOf("runtime: {requirements_file: /etc/passwd}")).toMatchInlineSnapshot(`
    [
      "1:30 [/etc/passwd] error config/path-outside: "/etc/passwd" leads out of the project; name a file inside the project's folder, relative to it",
    ]
  `);
});

test("python_version", () => {
  expect(
    ["three", "2.7", '""', "3"]
      .flatMap((version) => linesOf(`runtime: {python_version: ${version}}`))
      .join("\n"),
  ).toMatchInlineSnapshot(`
    "1:27 [three] error config/python-version: "three" is not a version of Python 3; write it as in "3.11"
    1:27 [2.7] error config/python-version: "2.7" is not a version of Python 3; write it as in "3.11"
    1:27 [""] error config/python-version: "" is not a version of Python 3; write it as in "3.11"
    1:27 [3] error config/python-version: "3" is not a version of Python 3; write it as in "3.11""
  `);
});
