import { expect, test } from "vitest";

import { esteira } from "./cli.ts";
import { shellWorkspace } from "./workspace.ts";

test("run --sample gives steps their values for samples, and status says that it was one", async () => {
  await using made = await shellWorkspace({
    demo: `- { id: train, command: "echo $ROWS rows", env_vars: {ROWS: all}, sample_env: {ROWS: "10"} }`,
    plain: `- { id: only, command: "true" }`,
  });
  expect((await esteira(made.path, ["deploy"])).code).toBe(0);
  expect((await esteira(made.path, ["run", "demo"])).out).toContain("all rows");
  expect((await esteira(made.path, ["run", "demo", "--sample"])).out).toContain("10 rows");
  expect((await esteira(made.path, ["status", "demo"])).out).toMatch(/^sample +a quick trial$/m);
  expect(await esteira(made.path, ["run", "plain", "--sample"])).toEqual({
    code: 2,
    out: "",
    err: `error: plain has nothing that is different in a sample
       In its config.yaml, say what is: \`params.NAME.sample\`, or \`sample_env\` of a step; then deploy.`,
  });
}, 60_000);
