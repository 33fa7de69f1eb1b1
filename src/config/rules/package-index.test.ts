import { expect, test } from "vitest";
import { linesOf, PROJECT_FILES, projectOf } from "../fixtures/checked.ts";

const of = (url: string, rest = "") =>
  linesOf(`runtime: {index: {url: "${url}", secret: PYPI}${rest}}`);

test("an index has an address and the name of a secret", () => {
  const url = "https://ana@pypi.example.com/simple/";
  expect(of(url)).toEqual([]);
  expect(of("http://127.0.0.1:8080/simple/")).toEqual([]);
  expect(projectOf(`runtime: {index: {url: "${url}", secret: PYPI}}`).runtime.index).toEqual({
    url,
    secret: "PYPI",
  });
  expect(linesOf(`runtime: {index: {url: pypi.example.com, secret: "ssm:pypi"}}`)).toEqual([
    `1:24 [pypi.example.com] error config/bad-format: url must be an address that begins with https://, not "pypi.example.com"; Address of the index, as pip's index-url has it. A user's name may be in it, a password not.`,
    '1:50 ["ssm:pypi"] error config/bad-format: secret must be a name of letters, digits and underscores that doesn\'t start with a digit, not "ssm:pypi"; Name of the secret that opens the index, which `esteira secrets set` keeps: the password where `url` has a user\'s name, otherwise USER:PASSWORD, or a token alone.',
  ]);
});

test("a password in the address", () => {
  expect(of("https://ana:s3cret@pypi.example.com/simple/")).toEqual([
    "1:24 [*********************************************] error config/plain-secret: the address of the index has a password in plain text; take it out, leave the user's name, and keep it with `esteira secrets set`, by the name that `secret` has",
  ]);
});

test("a password on its way in plain text", () => {
  expect(of("http://pypi.example.com/simple/")).toEqual([
    '1:24 ["http://pypi.example.com/*******"] warning config/open-index: the secret of the index goes over the network in plain text; write https:// where the index speaks it',
  ]);
});

test("one name for two secrets", () => {
  expect(of("https://pypi.example.com/simple/", ', secrets: {PYPI: "ssm:pypi"}')).toEqual([
    "1:68 [PYPI] error config/index-secret: PYPI is a secret of the steps too, and the two are kept apart; give one of them another name, such as PYPI_INDEX",
  ]);
});

test("Poetry in the image gets no index, which is said before a build", () => {
  const config = 'runtime: {index: {url: "https://pypi.example.com/simple/", secret: PYPI}}';
  const dockerfile = (run: string, given = config) =>
    linesOf(given, {
      files: { ...PROJECT_FILES, "poetry.lock": "", Dockerfile: `FROM python:3.11-slim\n${run}\n` },
    }).filter((line) => line.includes("config/index-not-read"));
  expect(dockerfile("RUN pip install poetry && poetry install --only main")).toEqual([
    "1:11 [index] warning config/index-not-read: Dockerfile installs by Poetry, which gets nothing of runtime.index: it knows sources of pyproject.toml alone; let uv or pip install the same versions there, which get it: `poetry export -o requirements.txt` (with the plugin poetry-plugin-export), and in Dockerfile `RUN pip install -r requirements.txt`",
  ]);
  expect(dockerfile("RUN poetry export -o r.txt && pip install -r r.txt")).toEqual([]);
  expect(dockerfile("RUN poetry install", "")).toEqual([]);
});
