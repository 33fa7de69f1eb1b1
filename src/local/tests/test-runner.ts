import { existsSync } from "node:fs";
import { join } from "node:path";

import type { PlatformError } from "../../platform/port.ts";
import type { Release } from "../../release/release.ts";
import type { PreparedRuntime } from "../executors/port.ts";
import type { AddedRequirements } from "../executors/requirements.ts";

/** Programs that import what they test: one of another environment tests something else. */
const RUNNERS = new Set(["pytest", "py.test", "coverage", "nose2"]);

/** What may stand before the program that a command runs. */
const PREFIXES = new Set(["exec", "time", "env"]);

/** How projects name a file of such requirements, where nothing says which. */
const USUAL_FILES = [
  "requirements-dev.txt",
  "requirements-test.txt",
  "requirements_dev.txt",
  "requirements_test.txt",
  "dev-requirements.txt",
  "test-requirements.txt",
];

/** The program that a test command runs its tests with, where it is one of Python's known ones. */
export function runnerIn(command: string): string | undefined {
  for (const simple of command.split(/[;&|(){}\n]/)) {
    const words = simple.split(/\s/).filter((word) => word !== "");
    const rest = words.slice(
      words.findIndex((word) => !PREFIXES.has(word) && !/^[A-Za-z_]\w*=/.test(word)),
    );
    const ofModule = /^python[\d.]*$/.test(rest[0] ?? "") && rest[1] === "-m";
    const name = rest[ofModule ? 2 : 0];
    if (name !== undefined && RUNNERS.has(name)) return name === "py.test" ? "pytest" : name;
  }
  return undefined;
}

/**
 * A process finds the machine's programs too, behind those of its environment: without this the
 * machine's pytest would test with the machine's packages.
 */
export function lackingRunner(
  release: Release,
  sources: string,
  { executor, decided }: PreparedRuntime,
  added: AddedRequirements | undefined,
): PlatformError | undefined {
  const runner = runnerIn(release.testCommand ?? "");
  const { virtual_environment: environment } = decided;
  if (executor !== "process" || runner === undefined || environment === undefined) return undefined;
  if (existsSync(join(environment, "bin", runner))) return undefined;
  return {
    reason: "refused",
    message: `the environment of ${release.project} has no ${runner}, which its tests run with`,
    help: adviceFor(runner, release, sources, added),
    resource: release.project,
  };
}

/** What to add where a container didn't find the program; undefined: it is none that is known. */
export function runnerAdvice(
  release: Release,
  sources: string,
  added: AddedRequirements | undefined,
): string | undefined {
  const runner = runnerIn(release.testCommand ?? "");
  return runner === undefined ? undefined : adviceFor(runner, release, sources, added);
}

function adviceFor(
  runner: string,
  { project, image }: Release,
  sources: string,
  added: AddedRequirements | undefined,
): string {
  if (added !== undefined) return `Add ${runner} to ${added.title}.`;
  const usual = USUAL_FILES.find(
    (file) => file !== image.requirementsFile && existsSync(join(sources, file)),
  );
  if (usual !== undefined) {
    return `Name the file that has it in config.yaml of ${project}: test: { requirements_file: ${usual} }`;
  }
  return `Write ${runner} into a file such as requirements-dev.txt, and name it in config.yaml of ${project}: test: { requirements_file: requirements-dev.txt }; or into the group \`test\` or \`dev\` of [dependency-groups] in pyproject.toml.`;
}

/**
 * A test command that first installs, into the container that it runs in, what only tests need: the
 * image is that of the steps.
 *
 * @param folder of the project on this machine; in the container its files are in the working
 *   folder
 * @param secret variable that only the installation has; the tests don't
 */
export function installingFirst(
  command: string,
  added: AddedRequirements | undefined,
  folder: string,
  secret?: string,
): string {
  if (added === undefined) return command;
  const { optionLines, packages, folders } = added.requirements;
  // pip puts variables of this form into what it reads:
  // https://pip.pypa.io/en/stable/reference/requirements-file-format/#using-environment-variables
  const lines = [...optionLines, ...packages, ...folders].map((line) =>
    quoted(line.replaceAll(`${folder}/`, "${PWD}/")),
  );
  const file = '"${TMPDIR:-/tmp}/esteira-test-requirements.txt"';
  const install = `python -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --requirement ${file}`;
  return `{ printf '%s\\n' ${lines.join(" ")} > ${file} && ${install}; } || exit $?; ${secret === undefined ? "" : `unset ${secret}; `}${command}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
