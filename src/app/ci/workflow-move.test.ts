import { describe, expect, test } from "vitest";

import { installCommand } from "./installer.ts";
import { threadMs } from "../../core/fixtures/thread-time.ts";
import { movedWorkflow, unpinnedLines } from "./workflow-move.ts";

const earlier = `name: Check # ours

on:
  pull_request:
    types: [opened, synchronize, reopened, edited]

concurrency:
  group: check-\${{ github.event.pull_request.number }}
  cancel-in-progress: true

env:
  # What npm installs: a version, or a tarball of \`npm pack\` (its address, or a path in this repository).
  ESTEIRA_PACKAGE: esteira@0.1.0

jobs:
  check:
    runs-on: [self-hosted, ml]
    steps:
      - name: Install Esteira
        id: install
        run: npm install --global "$ESTEIRA_PACKAGE"

      - name: Check the branch
        run: esteira ci check-branch

      - name: Ours
        run: make ours && esteira --version
`;

test("what an earlier init wrote is moved, and what somebody added stays", () => {
  const moved = movedWorkflow(earlier, "npm");
  expect(moved).toBe(`name: Check # ours

on:
  pull_request:
    types: [opened, synchronize, reopened, edited]
  merge_group:

concurrency:
  group: check-\${{ github.event.pull_request.number || github.ref }}
  cancel-in-progress: true

jobs:
  check:
    runs-on: [self-hosted, ml]
    steps:
      - name: Install Esteira
        id: install
        run: npm ci --ignore-scripts

      - name: Check the branch
        if: github.event_name == 'pull_request' # a merge queue's branch has another name
        run: node_modules/.bin/esteira ci check-branch

      - name: Ours
        run: make ours && node_modules/.bin/esteira --version
`);
  expect(movedWorkflow(moved, "npm")).toBe(moved);
});

test("other variables of the workflow stay", () => {
  const moved = movedWorkflow(
    `env:\n  ESTEIRA_PACKAGE: esteira@0.1.0\n  TZ: UTC\njobs:\n  a:\n    steps:\n      - run: npm install --global "$ESTEIRA_PACKAGE"\n`,
    "npm",
  );
  expect(moved).toBe(
    `env:\n  TZ: UTC\njobs:\n  a:\n    steps:\n      - run: npm ci --ignore-scripts\n`,
  );
});

test("of a workspace that pins the Python wheel runs what pip has installed", () => {
  expect(
    movedWorkflow("- run: npm install --global esteira@0.1.0\n- run: esteira validate\n", "python"),
  ).toBe(`- run: ${installCommand.python}\n- run: .esteira-ci/bin/esteira validate\n`);
});

test("blocks of commands are moved as single lines are, and what is beside a command stays", () => {
  const moved = movedWorkflow(
    `    steps:
      - run: |
          # npm install --global esteira@0.1.0
          npm install --global "esteira@0.1.0" 2>&1 | tee log

          ENV=dev esteira validate; esteira plan
        env: { A: esteira plan }
      - name: esteira plan
        run: npm i -g esteira && esteira validate # checks
`,
    "npm",
  );
  expect(moved).toBe(`    steps:
      - run: |
          # npm install --global esteira@0.1.0
          npm ci --ignore-scripts | tee log

          ENV=dev node_modules/.bin/esteira validate; node_modules/.bin/esteira plan
        env: { A: esteira plan }
      - name: esteira plan
        run: npm ci --ignore-scripts && node_modules/.bin/esteira validate # checks
`);
  expect(unpinnedLines(moved)).toEqual([]);
});

test("a workflow that installs the wheel by its name is its author's to change", () => {
  const workflow = "- run: pip install esteira-ml\n- run: esteira validate\n";
  expect(movedWorkflow(workflow, "npm")).toBe(workflow);
});

describe("lines that install Esteira by a name", () => {
  test.each([
    "run: npm install --global esteira@0.1.0",
    "run: npm i -g esteira",
    "run: npm install esteira@latest --global && esteira validate",
    "run: npm install --global 'esteira@^0.1'",
    "run: pip install esteira-ml",
    'run: uv tool install "esteira-ml>=0.1" && esteira validate',
    "run: uvx --from esteira-ml==0.1.0 esteira validate",
  ])("%s", (text) => {
    expect(unpinnedLines(`jobs:\n  ${text}\n`)).toEqual([{ line: 2, text: `  ${text}` }]);
  });

  test.each([
    "run: npm ci --ignore-scripts",
    "run: npm install --global ./tools/esteira-0.1.0.tgz",
    "run: npm install --global esteira-tools",
    "run: pip install --require-hashes --no-deps -r requirements-esteira.txt",
    "run: pip install ./vendor/esteira_ml-0.1.0-py3-none-any.whl esteira-ml-tools",
    "run: npm install --global typescript && echo esteira",
    "# run: npm install --global esteira@0.1.0",
    // The variable is a file of the repository.
    'run: npm install --global "$ESTEIRA_PACKAGE"',
  ])("not: %s", (text) => {
    expect(unpinnedLines(`env:\n  ESTEIRA_PACKAGE: ./tools/x.tgz\n  ${text}\n`)).toEqual([]);
  });
});

test("a line that is longer than anybody types isn't looked at again for each of its words", () => {
  const start = threadMs();
  const long = "npm i -g pip uv ".repeat(50_000);
  const workflow = `steps:\n  - run: ${long}\n  - run: npm i -g esteira\n`;
  expect(unpinnedLines(workflow)).toEqual([{ line: 3, text: "  - run: npm i -g esteira" }]);
  expect(movedWorkflow(workflow, "npm")).toContain(`  - run: ${long}\n  - run: npm ci`);
  expect(threadMs() - start).toBeLessThan(500);
});
