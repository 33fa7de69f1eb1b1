import { expect, test } from "vitest";
import { threadMs } from "../../core/fixtures/thread-time.ts";
import { linesOf, PROJECT_FILES, projectOf } from "../fixtures/checked.ts";

const { "requirements.txt": _, ...BARE } = PROJECT_FILES;
const of = (files: Readonly<Record<string, string>>, config = "") =>
  linesOf(config, { files: { ...BARE, ...files } });
const docker = (run: string) => `FROM python:3.11-slim\n${run}\n`;
const package_ = '[project]\nname = "recsys"\n';

test("the order in which dependencies are looked for", () => {
  const found = (files: Readonly<Record<string, string>>, config = "") => {
    const { requirementsFile, dependencyFile } = projectOf(config, "local", undefined, {
      ...BARE,
      ...files,
    }).runtime;
    return [requirementsFile, dependencyFile];
  };
  const all = {
    "environment.yml": "",
    "pyproject.toml": package_,
    "poetry.lock": "",
    "pylock.toml": "",
    "uv.lock": "",
    "requirements.txt": "",
  };
  const order = Object.entries(all).map((_entry, index, entries) =>
    found(Object.fromEntries(entries.slice(0, index + 1))),
  );
  expect(order).toEqual([
    [undefined, "environment.yml"],
    [undefined, "pyproject.toml"],
    [undefined, "poetry.lock"],
    [undefined, "pylock.toml"],
    [undefined, "uv.lock"],
    ["requirements.txt", undefined],
  ]);
  const config = "runtime: {requirements_file: poetry.lock}";
  expect(found(all, config)).toEqual(["poetry.lock", undefined]);
  expect(found({ "pyproject.toml": "[tool.ruff]\n" })).toEqual([undefined, undefined]);
});

test("files that aren't read are named, and the one that is", () => {
  const locks = { "pyproject.toml": package_, "uv.lock": "", "poetry.lock": "" };
  expect(of({ "pyproject.toml": package_, "uv.lock": "" })).toEqual([]);
  expect(of(locks)).toEqual([
    "2:1 [project_name] warning config/unused-dependencies: the steps' packages are those of uv.lock; poetry.lock isn't read; remove what isn't used, or name the right one: runtime: { requirements_file: poetry.lock }",
  ]);
  expect(
    of({ ...locks, "requirements.txt": "" }, "runtime: {requirements_file: poetry.lock}"),
  ).toEqual([
    "1:30 [poetry.lock] warning config/unused-dependencies: the steps' packages are those of poetry.lock; requirements.txt and uv.lock aren't read; remove what isn't used, or name the right one: runtime: { requirements_file: requirements.txt }",
  ]);
});

test("a Dockerfile that installs from another file is warned of", () => {
  const dockerfile = (run: string, files: Readonly<Record<string, string>>) =>
    of({ Dockerfile: docker(run), ...files });
  const said = (what: string, instead: string, help: string) => [
    `2:1 [project_name] warning config/dockerfile-dependencies: Dockerfile installs from ${what}, and steps on this machine ${instead}; ${help}`,
  ];
  const lock = { "pyproject.toml": package_, "uv.lock": "" };
  expect(dockerfile("RUN pip install -r requirements/prod.txt", lock)).toEqual(
    said(
      "requirements/prod.txt",
      "from uv.lock",
      "install from uv.lock in Dockerfile, or name the file that it installs from: runtime: { requirements_file: requirements/prod.txt }",
    ),
  );
  expect(dockerfile("RUN pip install --requirement=base.txt", {})).toEqual(
    said(
      "base.txt",
      "get no packages: no file is named",
      "name the file: runtime: { requirements_file: base.txt }",
    ),
  );
  expect(dockerfile("RUN uv sync --frozen", { "requirements.txt": "six\n" })).toEqual(
    said(
      "uv.lock",
      "from requirements.txt",
      "install from requirements.txt in Dockerfile, or name the file that it installs from: runtime: { requirements_file: uv.lock }",
    ),
  );
  for (const run of [
    "RUN uv sync --frozen",
    "RUN uv export --frozen > r.txt \\\n && uv pip install -r r.txt",
    "RUN pip install -r $REQUIREMENTS_FILE",
    "RUN pip install .",
    "RUN pip install six",
    "RUN pip install -r https://example.com/r.txt",
  ]) {
    expect(dockerfile(run, lock)).toEqual([]);
  }
  expect(dockerfile("RUN pip install -e '.[gpu]'", { "requirements.txt": "-e .\n" })).toEqual([]);
  expect(dockerfile("RUN pip install .", { "requirements.txt": "six\n" })).toHaveLength(1);
});

test("a Dockerfile that repeats a program without end is read in no time", () => {
  const begun = threadMs();
  of({ Dockerfile: docker(`RUN ${"pip -r ".repeat(10_000)}`) });
  expect(threadMs() - begun).toBeLessThan(3000);
});
