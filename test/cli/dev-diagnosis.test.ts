import { expect, test } from "vitest";

import { esteira } from "./cli.ts";
import { shellWorkspace, steady } from "./workspace.ts";

const steps = `- { id: module, command: "python3 -c 'import polrs'" }
- { id: killed, command: "kill -9 $$" }
- { id: own, command: "echo wrong >&2; exit 3" }`;

test.each([
  [
    "module",
    "run/module-missing",
    `  module needs the Python module polrs, which isn't installed.
  Add its package to requirements.txt. If it is a file of the project, check that .dockerignore doesn't leave it out.`,
  ],
  [
    "killed",
    "run/killed",
    `  Esteira did not kill it: its own command did (\`kill -9\`, \`exit 137\`), somebody on this machine, or the kernel where the machine's memory ran out (\`dmesg\` says so).`,
  ],
])("dev says why the step %s failed, and nothing of a run", async (step, code, expected) => {
  await using made = await shellWorkspace({ recsys: steps });
  const words = ["dev", "recsys", step, "--once"];
  const shown = await esteira(made.path, words);
  expect(shown.code).toBe(1);
  expect(steady(shown.out).trimEnd().endsWith(expected)).toBe(true);
  const { out } = await esteira(made.path, [...words, "--json"]);
  expect(JSON.parse(out)).toMatchObject({ step, diagnosis: { code, step } });
});

test("dev adds nothing to what the step's last lines say", async () => {
  await using made = await shellWorkspace({ recsys: steps });
  const words = ["dev", "recsys", "own", "--once"];
  const shown = await esteira(made.path, words);
  expect(shown.out).toMatch(/\nwrong\n✗ own ended with exit code 3 after [^\n]*$/);
  const { out } = await esteira(made.path, [...words, "--json"]);
  expect(JSON.parse(out)).toMatchObject({ exitCode: 3, diagnosis: null });
});
