import type { CheckedProject } from "../check-project.ts";
import type { Clash } from "../clashes.ts";
import type { Problem } from "../problem.ts";
import { unreachable } from "../../core/unreachable.ts";
import { rangeOf } from "../yaml/positions.ts";

/** What is wrong with the later of two projects; the first one that has the name is shown too. */
export function clashProblem({ kind, earlier, later, key }: Clash<CheckedProject>): Problem {
  switch (kind) {
    case "name":
      return {
        code: "config/duplicate-project",
        path: ["project_name"],
        message: `two projects are named "${key}"`,
        help: "give one of them another name",
        elsewhere: [here(earlier, "project_name", "the first one is here")],
      };
    case "image-tag":
      return {
        code: "config/duplicate-image-tag",
        path: ["version"],
        message: `the image tag "${key}" is also that of project "${nameOf(earlier)}"`,
        help: "change one of the versions, or one of the names",
        elsewhere: [here(earlier, "version", "the other version is here")],
      };
    case "resource-name":
      return {
        code: "config/duplicate-resource-name",
        path: ["project_name"],
        message: `with the suffixes of esteira.yaml, "${nameOf(later)}" and "${nameOf(earlier)}" both get resources named "${key.split(" ")[0]}"`,
        help: "give one of them another name",
        elsewhere: [here(earlier, "project_name", "the other one is here")],
      };
    default:
      return unreachable(kind);
  }
}

function nameOf(project: CheckedProject): string {
  return project.identity?.name ?? "";
}

function here(
  project: CheckedProject,
  field: string,
  message: string,
): NonNullable<Problem["elsewhere"]>[number] {
  const source = project.source();
  const range = source && rangeOf(source, [field]);
  const { file } = project.input;
  return { message, location: range ? { file, range } : { file } };
}
