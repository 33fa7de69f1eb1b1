import { expect, test } from "vitest";

import type { Plan } from "../../src/platform/plan.ts";
import { esteira } from "./cli.ts";
import { shown, workspaceAt } from "./models-workspace.ts";

test("a registry that can't be reached stops an environment that says so and warns in one that doesn't; a reason continues without it", async () => {
  await using workspace = await workspaceAt("http://127.0.0.1:9", "cars");
  const cwd = workspace.path;
  const blocked = async (): Promise<unknown> => {
    const { out } = await esteira(cwd, ["plan", "-e", "lost", "recsys", "--json"]);
    return (JSON.parse(out) as Plan).projects[0]?.blocked;
  };
  expect(await blocked()).toEqual({
    reason: "unavailable",
    message: "nothing listens at 127.0.0.1:9, where MLflow should be",
    help: "look whether the server is well, and try again",
  });
  expect(await shown(cwd, "deploy -e lost recsys")).toMatchInlineSnapshot(`
    "recsys <hash>
      ! nothing listens at 127.0.0.1:9, where MLflow should be; look whether the server is well, and try again
      + snapshot  <snapshot>
      + environment  process  esteira.yaml says so
      + release  recsys 1.0.0
      + schedule  sched-recsys

    Plan for lost: 4 to create in 1 project.

    ✗ recsys  failed (<s>)

    error: nothing listens at 127.0.0.1:9, where MLflow should be
           look whether the server is well, and try again

    0 of 1 project deployed to lost in <s>, 1 failed.
    [1]"
  `);
  expect(await shown(cwd, "deploy -e loose recsys")).toMatchInlineSnapshot(`
    "recsys <hash>
      ! the model was not looked at: nothing listens at 127.0.0.1:9, where MLflow should be; look whether the server is
        well, and try again
      + snapshot  <snapshot>
      + environment  process  esteira.yaml says so
      + release  recsys 1.0.0
      + schedule  sched-recsys

    Plan for loose: 4 to create in 1 project.

    ▸ recsys  copy the project's sources
    ▸ recsys  prepare the Python environment
    ▸ recsys  release 1.0.0
    ✓ recsys  deployed (<s>)

    1 project deployed to loose in <s>.
    [0]"
  `);
  const reason = ["--without-model-gate", "MLflow is down, INC-7"];
  expect(await shown(cwd, "deploy -e lost recsys", ...reason)).toMatchInlineSnapshot(`
    "recsys <hash>
      ! the model gate is off for this deploy: MLflow is down, INC-7
      ! the model was not looked at: nothing listens at 127.0.0.1:9, where MLflow should be; look whether the server is
        well, and try again
      + snapshot  <snapshot>
      + environment  process  esteira.yaml says so
      + release  recsys 1.0.0
      + schedule  sched-recsys

    Plan for lost: 4 to create in 1 project.

    ▸ recsys  copy the project's sources
    ▸ recsys  prepare the Python environment
    ▸ recsys  release 1.0.0
    ✓ recsys  deployed (<s>)

    1 project deployed to lost in <s>.
    [0]"
  `);
  // What is deployed by now, and stays as it is, isn't in anybody's way.
  expect(await blocked()).toBeUndefined();
  expect(await shown(cwd, "audit -e lost")).toMatchInlineSnapshot(`
    "when  who  did  project  outcome  why
    <date> <time>  ana  deploy  recsys  without the model gate: MLflow is down, INC-7
    <date> <time>  ana  deploy  recsys  failed  nothing listens at 127.0.0.1:9, where MLflow should be
    [0]"
  `);
  expect(await shown(cwd, "deploy -e lost recsys", "--without-model-gate", ""))
    .toMatchInlineSnapshot(`
    "error: --without-model-gate needs the reason why
           Say it: \`--without-model-gate "MLflow is down, INC-1234"\`. It goes into the audit trail.
    [2]"
  `);
  expect(await shown(cwd, "model show recsys -e lost")).toMatchInlineSnapshot(`
    "error: nothing listens at 127.0.0.1:9, where MLflow should be
           look whether the server is well, and try again
    [6]"
  `);
  expect(await shown(cwd, "model show recsys")).toMatchInlineSnapshot(`
    "error: local has no model registry
           name one in esteira.yaml, as \`mlflow: {tracking_uri: …}\` of local, or another environment with -e
    [4]"
  `);
  expect(await shown(cwd, "model promote recsys --version 1 --to Prod -e lost"))
    .toMatchInlineSnapshot(`
    "error: a version can't be put in Prod
           The places are Production, Staging, Archived, None, and aliases such as @champion (letters, digits, _ and -; not @latest or @v1).
    [2]"
  `);
});
