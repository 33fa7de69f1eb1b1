import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { HELPER_COMMAND, HELPER_FILE } from "../core/step-helper.ts";
import type { Release } from "../release/release.ts";
import type { ImageStage } from "./image-stage.ts";
import type { PlatformError } from "./port.ts";
import { helperArchive } from "./step-helper.ts";

/**
 * The helper's name in a stage's context, beside folders of packages, whose names have a number.
 */
const name = "step.pyz";

/** What a build prints where an image can't run the helper. */
const NO_PYTHON = "the image has no python3 of 3.9 or later";

/** Whether the last words of a build are that the image can't run the helper. */
export function lacksPython(lines: readonly string[]): boolean {
  return lines.some((line) => line.includes(NO_PYTHON) && !line.includes("echo"));
}

/** Why an image won't do for a project whose steps run in the helper. */
export function needsPython(release: Release): PlatformError {
  const { project, image } = release;
  const dockerfile = `${image.context}/${image.dockerfile}`;
  return {
    reason: "failed",
    message: `the steps of ${project} have outputs, checks or a cache, which need Python, and ${NO_PYTHON}`,
    help: `install it in ${dockerfile}, as with \`RUN apt-get update && apt-get install --yes python3\` on Debian and Ubuntu, \`RUN apk add python3\` on Alpine; or take outputs, inputs, checks and cache out of config.yaml`,
    resource: dockerfile,
  };
}

/**
 * The stage that lays the helper into an image with any user, and asks the image's Python
 * whether it can run it.
 *
 * @param context folder that gets the helper's file
 */
export async function helperStage(context: string): Promise<ImageStage> {
  await writeFile(join(context, name), helperArchive(), { mode: 0o644 });
  const check = `${HELPER_COMMAND} --check || { echo 'ERROR: ${NO_PYTHON}' >&2; exit 1; }`;
  return {
    context,
    instructions: [
      `COPY ${name} ${HELPER_FILE}`,
      `RUN ${JSON.stringify(["/bin/sh", "-c", check])}`,
    ],
  };
}
