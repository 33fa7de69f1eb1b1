import { OUTPUTS_VARIABLE } from "../../core/step-helper.ts";
import { needsPython } from "../../platform/helper-stage.ts";
import type { PlatformError } from "../../platform/port.ts";
import type { Release } from "../../release/release.ts";
import { docker, type ProcessEnvironment } from "./docker-cli.ts";

const question = "import sys; sys.exit(sys.version_info < (3, 9))";

/**
 * Why the steps of a release couldn't run in its image: they need the helper, and the image's
 * Python can't run it. Otherwise each run would find out. The image is asked itself.
 *
 * @param image its id
 * @returns undefined where nothing speaks against it
 */
export async function helperProblem(
  release: Release,
  image: string,
  environment: ProcessEnvironment,
): Promise<PlatformError | undefined> {
  if (!Object.hasOwn(release.task.environment, OUTPUTS_VARIABLE)) return undefined;
  const args = ["run", "--rm", "--network=none", "--pull=never", "--entrypoint=python3"];
  const asked = await docker([...args, image, "-I", "-S", "-c", question], environment);
  if (asked.ok) return undefined;
  // Anything else, such as an engine that is full, the step's own start will say.
  const isAbsent =
    asked.problem === "" || /executable file not found|no such file/i.test(asked.problem);
  return isAbsent ? needsPython(release) : undefined;
}
