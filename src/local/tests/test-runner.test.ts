import { expect, test } from "vitest";

import { listedRequirements } from "../executors/requirements.ts";
import { installingFirst, runnerIn } from "./test-runner.ts";

test.each([
  ["pytest", "pytest"],
  ["pytest -q && echo done", "pytest"],
  ["cd lib && PYTHONPATH=. exec pytest", "pytest"],
  ["python -m pytest -q", "pytest"],
  ["python3.11 -m py.test", "pytest"],
  ["true\ncoverage run -m pytest\n", "coverage"],
  ["(pytest)", "pytest"],
  ["make pytest", undefined],
  ["uv run pytest", undefined],
  ["echo pytest", undefined],
  ["/opt/tools/bin/pytest", undefined],
  ["pytest-watch", undefined],
  ["python -m unittest", undefined],
])("%j runs its tests with %s", (command, runner) => {
  expect(runnerIn(command)).toBe(runner);
});

test("a container installs first what only tests need", () => {
  const requirements = {
    ...listedRequirements(["it's==1"]),
    optionLines: ["--constraint /ws/demo/c.txt"],
  };
  expect(installingFirst("pytest", { title: "dev.txt", requirements }, "/ws/demo")).toBe(
    `{ printf '%s\\n' '--constraint \${PWD}/c.txt' 'it'\\''s==1' > "\${TMPDIR:-/tmp}/esteira-test-requirements.txt" && python -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --requirement "\${TMPDIR:-/tmp}/esteira-test-requirements.txt"; } || exit $?; pytest`,
  );
  expect(installingFirst("pytest", undefined, "/ws/demo", "PIP_INDEX_URL")).toBe("pytest");
  expect(
    installingFirst("pytest", { title: "dev.txt", requirements }, "/ws/demo", "PIP_INDEX_URL"),
  ).toMatch(/\|\| exit \$\?; unset PIP_INDEX_URL; pytest$/);
});
