import { join } from "node:path";

import { err, ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import { readOwnFile } from "../../release/own-file.ts";
import {
  type AddedRequirements,
  listedRequirements,
  readRequirements,
} from "../executors/requirements.ts";
import { testGroup } from "./dependency-groups.ts";

const PYPROJECT = "pyproject.toml";

/**
 * What a project's tests need beside what its steps need: `test.requirements_file`, otherwise a
 * group of `pyproject.toml`. It is read from the project's folder, so that an image needn't have
 * it.
 *
 * @param folder of the project, absolute
 * @param file relative to it
 * @returns undefined when nothing is asked for
 */
export function testRequirements(
  folder: string,
  project: string,
  file: string | undefined,
): Result<AddedRequirements | undefined, PlatformError> {
  if (file !== undefined) {
    const requirements = readRequirements(folder, file);
    const place = join(folder, file);
    if (requirements === undefined) {
      return err({
        reason: "not-found",
        message: `${project} has no ${file}, which test.requirements_file names`,
        help: "create the file, or take the setting out of config.yaml",
        resource: place,
      });
    }
    if (requirements.refused !== undefined) {
      return err({
        reason: "refused",
        message: `the requirements of ${project}'s tests: ${requirements.refused}`,
        help: "replace it by an ordinary file inside the project",
        resource: place,
      });
    }
    return ok(requirements.empty ? undefined : { title: file, requirements });
  }
  const text = readOwnFile(folder, join(folder, PYPROJECT));
  if (text.kind !== "text") return ok(undefined);
  const group = testGroup(text.text);
  if (!group.ok) {
    return err({
      reason: "refused",
      message: `${PYPROJECT} of ${project} ${group.error}`,
      help: "correct it: its group `test`, or `dev`, has what the tests need; test.requirements_file in config.yaml goes before it",
      resource: join(folder, PYPROJECT),
    });
  }
  if (group.value === undefined || group.value.requirements.length === 0) return ok(undefined);
  const { title, requirements } = group.value;
  return ok({
    title: `${title} of ${PYPROJECT}`,
    requirements: listedRequirements(requirements),
  });
}
