import { writeFileSync } from "node:fs";
import { join } from "node:path";

import type { LocalEnvironment } from "../../src/config/model.ts";
import { environmentName, fingerprint, projectName } from "../../src/core/ids.ts";
import { fingerprintOf } from "../../src/core/json.ts";
import { project, step } from "../../src/pipeline/fixtures/project.ts";
import { makeRelease, projectSourceHash } from "../../src/release/build.ts";
import type { FingerprintedRelease } from "../../src/release/release.ts";
import { readSourceTree } from "../../src/release/source.ts";
import { checkedOf, environmentOf, keepingOf, poolsOf, type ContractProject } from "./harness.ts";
import { writeScripts } from "./scripts.ts";

export const localEnvironment = {
  platform: "local",
  name: environmentName("local"),
  schedules: "as_configured",
  executor: "process",
  installer: "auto",
  unsafeHardLinks: false,
  maxParallel: undefined,
  scheduling: { maxRuns: 10, missed: "skip", missedWithinHours: 24 },
  dockerNetwork: undefined,
  mlflow: undefined,
  mail: undefined,
} as const satisfies LocalEnvironment;

/** Writes the project's folder and compiles it as `deploy` does. */
export async function localRelease(
  root: string,
  wanted: ContractProject,
): Promise<FingerprintedRelease> {
  const directory = `src/projects/${wanted.name}`;
  writeScripts(join(root, directory), wanted);
  writeFileSync(join(root, directory, "Dockerfile"), "FROM python:3.11-slim\n");
  const ids = Object.keys(wanted.steps);
  const compiled = project({
    name: projectName(wanted.name),
    environment: localEnvironment.name,
    directory,
    version: wanted.version ?? "1.0.0",
    schedule: wanted.schedule,
    ...(wanted.schedule?.on === undefined ? {} : { awaitsData: true }),
    ...(wanted.priority === undefined ? {} : { priority: wanted.priority }),
    runtime: {
      pythonVersion: undefined,
      requirementsFile: undefined,
      dockerfile: "Dockerfile",
      environmentVariables: {},
      secrets: {},
    },
    steps: ids.map((id, index) =>
      step(id, {
        after: ids.slice(Math.max(0, index - 1), index),
        command: `sh steps/${id}.sh`,
        resources: { cpu: 0.01, memoryGb: 0.1, gpu: 0 },
        ...poolsOf(wanted),
        ...keepingOf(wanted),
      }),
    ),
    ...checkedOf(wanted),
  });
  const tree = await readSourceTree(join(root, directory));
  if (!tree.ok) throw new Error(tree.error.message);
  const hash = projectSourceHash(compiled, tree.value);
  const made = makeRelease(
    compiled,
    { name: "test" },
    { ...localEnvironment, ...environmentOf(wanted) },
    hash,
    wanted.generation,
  );
  if (wanted.broken !== true) return made;
  // A machine that begins where there is nothing can't be deployed.
  const definition = { ...made.release.definition, StartAt: "nowhere" };
  const broken = { ...made.release, definition };
  return { release: broken, fingerprint: fingerprint(fingerprintOf(broken)) };
}
