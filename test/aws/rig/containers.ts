import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { execa } from "execa";

import { HELPER_FILE, OUTPUTS_VARIABLE } from "../../../src/core/step-helper.ts";
import { helperArchive } from "../../../src/platform/step-helper.ts";
import type { Scripted, ScriptedTask } from "./sfn-tasks.ts";

/** A project as its containers have it. */
export interface ContainerProject {
  /** The files of its image. */
  readonly folder: string;
  /** Of its task definition. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Commands of tasks that really run, as processes of this machine, in the helper of images. */
export interface Containers extends AsyncDisposable {
  run(task: ScriptedTask, project: ContainerProject): Promise<Scripted>;
}

/** @param endpoint of S3 */
export async function startContainers(endpoint: string): Promise<Containers> {
  const folder = await mkdtemp(join(tmpdir(), "esteira-containers-"));
  const helper = join(folder, "step.pyz");
  await writeFile(helper, helperArchive());
  return {
    async run({ id, command, variables }, project) {
      const given = { ...project.environment, ...variables };
      const sheet = JSON.parse(given[OUTPUTS_VARIABLE] ?? "{}") as object;
      // The agent of ECS would give the container its task's id.
      const line = command.replace(HELPER_FILE, `${helper} --attempt=${id}`);
      const { all, exitCode = 1 } = await execa("sh", ["-c", line], {
        cwd: project.folder,
        all: true,
        reject: false,
        env: {
          ...given,
          [OUTPUTS_VARIABLE]: JSON.stringify({ ...sheet, endpoint }),
          AWS_ACCESS_KEY_ID: "AKIAEXAMPLE",
          AWS_SECRET_ACCESS_KEY: "secret",
        },
      });
      return { lines: all.split("\n").filter((one) => one !== ""), end: exitCode };
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}
