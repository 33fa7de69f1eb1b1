import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { expect, test } from "vitest";

import { esteira } from "../cli/cli.ts";
import { write } from "../cli/workspace.ts";
import { configOf, teamRepository } from "./repository.ts";

const withTests = (name: string, command: string): string =>
  `${configOf(name)}test: { command: "${command}" }\n`;

test("the tests of the changed projects run, all of them, and a workflow gets the result", async () => {
  await using team = await teamRepository();
  await team.commit("On this machine", {
    "esteira.yaml": "environments: { local: { platform: local, executor: process } }\n",
  });
  await team.git("push", "--quiet", "origin", "dev");
  await team.git("switch", "--quiet", "--create", "feature/recsys-v2");
  expect(await team.esteira("ci", "test")).toEqual({
    code: 0,
    out: "No project is changed: there is nothing to test.",
    err: "",
  });
  await team.commit("Tests", {
    "src/projects/recsys/config.yaml": withTests("recsys", "echo wrong; exit 3"),
    "src/projects/fleet-report/config.yaml": withTests("fleet-report", "echo right"),
    "src/projects/churn/config.yaml": configOf("churn"),
    "src/projects/churn/Dockerfile": "FROM python:3.11-slim\n",
    "src/projects/churn/score.py": "",
  });
  const summary = join(team.path, "..", "summary.md");
  const tested = await esteira(team.path, ["ci", "test"], {
    GITHUB_ACTIONS: "true",
    GITHUB_STEP_SUMMARY: summary,
  });
  expect(tested).toMatchObject({ code: 1, err: "" });
  expect(tested.out.replaceAll(/^(?!::|[✓✗]|right|wrong|\d).*\n/gm, ""))
    .toBe(`::group::Tests of fleet-report
right
✓ fleet-report: tests passed.
::endgroup::
::group::Tests of recsys
wrong
✗ recsys: \`echo wrong; exit 3\` ended with exit code 3.
::endgroup::
::error file=src/projects/recsys/config.yaml,title=tests of recsys::the tests of recsys failed%0Aon your machine: esteira test recsys
3 changed projects; passed: fleet-report; failed: recsys; without tests: churn.`);
  expect(await readFile(summary, "utf8")).toBe(`### Tests of the changed projects

| project | outcome |
| --- | --- |
| \`churn\` | – has no tests |
| \`fleet-report\` | ✓ passed |
| \`recsys\` | ✗ failed |

`);
  await write(team.path, "src/projects/recsys/config.yaml", withTests("recsys", "echo right"));
  const { code, out } = await team.esteira("ci", "test", "--json");
  expect({ code, document: JSON.parse(out) as object }).toEqual({
    code: 0,
    document: {
      schema: 1,
      projects: [
        { project: "churn", outcome: "none" },
        { project: "fleet-report", outcome: "passed" },
        { project: "recsys", outcome: "passed" },
      ],
    },
  });
});
