import type { CheckedProject } from "../check-project.ts";
import type { Environment, Workspace } from "../model.ts";
import { rangeOf } from "../yaml/positions.ts";
import type { Problem } from "../problem.ts";

/**
 * A problem that several projects make together. It is in the file of the first of `projects`,
 * and concerns all of them.
 */
export interface SharedProblem {
  readonly projects: readonly [CheckedProject, ...CheckedProject[]];
  readonly problem: Problem;
}

/** A rule about all projects together. */
export type CrossProjectRule = (
  projects: readonly CheckedProject[],
  workspace: Workspace,
) => readonly SharedProblem[];

/**
 * A project's name names all that it has. One that isn't its folder's (a copy, mostly) has been
 * reported already.
 */
const projectsHaveDifferentNames: CrossProjectRule = (projects) =>
  clashes(
    projects.filter((project) => folderOf(project) === nameOf(project)),
    (project) => [nameOf(project)],
  ).map(({ earlier, later, key }) => ({
    projects: [later, earlier],
    problem: {
      code: "config/duplicate-project",
      path: ["project_name"],
      message: `two projects are named "${key}"`,
      help: "give one of them another name",
      elsewhere: [here(earlier, "project_name", "the first one is here")],
    },
  }));

/**
 * `{project}-{version}` is one text, so two different pairs can give the same tag: `a` with `1-2`
 * and `a-1` with `2`.
 */
const imageTagsDiffer: CrossProjectRule = (projects) =>
  clashes(projects, (project) => [`${nameOf(project)}-${project.written?.config.version ?? ""}`])
    .filter(({ earlier, later }) => nameOf(earlier) !== nameOf(later))
    .map(({ earlier, later, key }) => ({
      projects: [later, earlier],
      problem: {
        code: "config/duplicate-image-tag",
        path: ["version"],
        message: `the image tag "${key}" is also that of project "${nameOf(earlier)}"`,
        help: "change one of the versions, or one of the names",
        elsewhere: [here(earlier, "version", "the other version is here")],
      },
    }));

/** With suffixes, one project in one environment can have the names of another in another. */
const suffixedNamesDiffer: CrossProjectRule = (projects, workspace) =>
  clashes(projects, (project) =>
    [...workspace.environments.values()].flatMap((environment) => baseName(project, environment)),
  )
    .filter(({ earlier, later }) => nameOf(earlier) !== nameOf(later))
    .map(({ earlier, later, key }) => ({
      projects: [later, earlier],
      problem: {
        code: "config/duplicate-resource-name",
        path: ["project_name"],
        message: `with the suffixes of esteira.yaml, "${nameOf(later)}" and "${nameOf(earlier)}" both get resources named "${key.split(" ")[0]}"`,
        help: "give one of them another name",
        elsewhere: [here(earlier, "project_name", "the other one is here")],
      },
    }));

export const CROSS_PROJECT_RULES: readonly CrossProjectRule[] = [
  projectsHaveDifferentNames,
  imageTagsDiffer,
  suffixedNamesDiffer,
];

interface Clash {
  readonly earlier: CheckedProject;
  readonly later: CheckedProject;
  readonly key: string;
}

/** Pairs of projects that have a key in common, each later one with the first. */
function clashes(
  projects: readonly CheckedProject[],
  keysOf: (project: CheckedProject) => readonly string[],
): Clash[] {
  const first = new Map<string, CheckedProject>();
  const found: Clash[] = [];
  for (const project of projects) {
    if (!project.written) continue;
    for (const key of new Set(keysOf(project))) {
      const earlier = first.get(key);
      if (earlier) found.push({ earlier, later: project, key });
      else first.set(key, project);
    }
  }
  return found;
}

function folderOf(project: CheckedProject): string {
  return project.input.directory.split("/").at(-1) ?? "";
}

function nameOf(project: CheckedProject): string {
  return project.written?.config.project_name ?? "";
}

function baseName(project: CheckedProject, environment: Environment): string[] {
  if (environment.platform !== "aws") return [];
  const { accountId, region, endpointUrl = "", suffix } = environment;
  return [`${nameOf(project)}${suffix} ${accountId} ${region} ${endpointUrl}`];
}

function here(
  project: CheckedProject,
  field: string,
  message: string,
): NonNullable<Problem["elsewhere"]>[number] {
  const range = project.written && rangeOf(project.written.source, [field]);
  const { file } = project.input;
  return { message, location: range ? { file, range } : { file } };
}
