import { expect, test } from "vitest";

import { esteira } from "./cli.ts";
import { shellWorkspace, write } from "./workspace.ts";

test("tests that .dockerignore leaves out are named, and run with the line that is proposed", async () => {
  await using workspace = await shellWorkspace({ demo: '- { id: a, command: "true" }' });
  const { path } = workspace;
  const project = "src/projects/demo";
  await write(path, `${project}/tests/check.sh`, "echo ran\n");
  await write(path, `${project}/.dockerignore`, "tests\n");
  expect(await esteira(path, ["test", "demo"])).toEqual({
    code: 5,
    out: "",
    err: "error: .dockerignore leaves tests/ of demo out, and tests run on what the image gets\n       Take it out of .dockerignore; or add the line `!tests` at its end.",
  });
  await write(path, `${project}/.dockerignore`, "tests\n!tests\n");
  expect((await esteira(path, ["test", "demo"])).err).not.toContain(".dockerignore");
});
