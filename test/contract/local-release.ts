import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import type { LocalEnvironment } from "../../src/config/model.ts";
import { environmentName, fingerprint, projectName } from "../../src/core/ids.ts";
import { fingerprintOf } from "../../src/core/json.ts";
import { project, step } from "../../src/pipeline/fixtures/project.ts";
import { makeRelease, projectSourceHash } from "../../src/release/build.ts";
import type { FingerprintedRelease } from "../../src/release/release.ts";
import { readSourceTree } from "../../src/release/source.ts";
import { poolsOf, type Behaviour, type ContractProject } from "./harness.ts";

const scripts: Readonly<Record<Behaviour, (id: string) => string>> = {
  succeeds: (id) => `echo "${id} says hello"\n`,
  fails: (id) => `echo "${id} gives up"\nexit 3\n`,
  // The runs of one origin share their artifacts.
  "fails-once": (id) =>
    `mark="\${ESTEIRA_ARTIFACTS_URI#file://}${id}"\nif [ -e "$mark" ]; then echo "${id} says hello"; exit 0; fi\ntouch "$mark"\necho "${id} gives up"\nexit 3\n`,
  "shows-data": () => `echo "started by $ESTEIRA_TRIGGER_URIS"\n`,
  waits: (id) => `echo "${id} waits"\nexec sleep 3600\n`,
};

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
  for (const [id, behaviour] of Object.entries(wanted.steps)) {
    const path = join(root, directory, "steps", `${id}.sh`);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, scripts[behaviour](id));
  }
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
      }),
    ),
  });
  const tree = await readSourceTree(join(root, directory));
  if (!tree.ok) throw new Error(tree.error.message);
  const hash = projectSourceHash(compiled, tree.value);
  const made = makeRelease(
    compiled,
    { name: "test" },
    { ...localEnvironment, ...(wanted.pools === undefined ? {} : { pools: wanted.pools }) },
    hash,
    wanted.generation,
  );
  if (wanted.broken !== true) return made;
  // A machine that begins where there is nothing can't be deployed.
  const definition = { ...made.release.definition, StartAt: "nowhere" };
  const broken = { ...made.release, definition };
  return { release: broken, fingerprint: fingerprint(fingerprintOf(broken)) };
}
