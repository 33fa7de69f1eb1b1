import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { HELPER_COMMAND, HELPER_FILE } from "../core/step-helper.ts";
import type { ImageStage } from "./image-stage.ts";
import { helperArchive } from "./step-helper.ts";

/**
 * The helper's name in a stage's context, beside folders of packages, whose names have a number.
 */
const name = "step.pyz";

/** What a build prints where an image can't run the helper. */
export const NO_PYTHON = "the image has no python3 of 3.9 or later, which keeps what steps leave";

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
