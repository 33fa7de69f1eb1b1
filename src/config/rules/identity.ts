import type { Problem } from "../problem.ts";
import type { EnvironmentContext, ProjectContext } from "./rule.ts";

/** `sched-{name}` has 64 characters at most; four stay free for a second schedule. */
const MAX_NAME = 54;
const WELL_FORMED = /^[a-z]([a-z0-9-]*[a-z0-9])?$/;
/** https://docs.docker.com/reference/cli/docker/image/tag/: a tag has 128 characters at most. */
const MAX_TAG = 128;

/**
 * The project's name is in the name of every resource. This form satisfies all of them: the
 * schedule's length, the cluster's refusal of dots, the image tag's alphabet.
 */
export function projectNameFitsAws({ config }: ProjectContext): Problem[] {
  const name = config.project_name;
  const path = ["project_name"];
  const code = "config/project-name";
  if (name.length > MAX_NAME) {
    return [
      {
        code,
        path,
        message: `project_name has ${name.length} characters; the names of AWS resources leave room for ${MAX_NAME}`,
        help: "choose a shorter name",
      },
    ];
  }
  if (WELL_FORMED.test(name)) return [];
  const fitting = name
    .normalize("NFD")
    .replaceAll(/\p{M}/gu, "")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replace(/^[-0-9]+/, "")
    .replace(/-$/, "");
  return [
    {
      code,
      path,
      message: `project_name ${JSON.stringify(name)} doesn't fit the names of AWS resources`,
      help: `use lower-case letters, digits and hyphens, starting with a letter${fitting === "" ? "" : `, such as "${fitting}"`}`,
    },
  ];
}

/** With an environment's suffix the name must still fit. */
export function suffixedNameFitsAws({ project, environment }: EnvironmentContext): Problem[] {
  if (environment.platform !== "aws" || environment.suffix === "") return [];
  const { length } = project.name + environment.suffix;
  if (length <= MAX_NAME || project.name.length > MAX_NAME) return [];
  return [
    {
      code: "config/project-name",
      path: ["project_name"],
      message: `project_name has ${length} characters with the suffix "${environment.suffix}" of ${environment.name}; the names of AWS resources leave room for ${MAX_NAME}`,
      help: "choose a shorter name, or a shorter suffix in esteira.yaml",
    },
  ];
}

/** Commands, the branch policy and people find a project by its folder, without reading it. */
export function folderIsNamedLikeProject({ project }: ProjectContext): Problem[] {
  const folder = project.directory.split("/").at(-1) ?? "";
  if (folder === project.name || !WELL_FORMED.test(project.name)) return [];
  return [
    {
      code: "config/folder-name",
      path: ["project_name"],
      message: `project_name is "${project.name}", but its folder is "${folder}"`,
      help: WELL_FORMED.test(folder)
        ? `write project_name: ${folder}, or rename the folder to ${project.name}`
        : `rename the folder to ${project.name}`,
    },
  ];
}

/**
 * The image's tag is `{project}-{version}`; a version that starts with a digit keeps the two apart.
 */
export function versionFitsImageTag({ project, environment }: EnvironmentContext): Problem[] {
  const { version } = project;
  const path = ["version"];
  const code = "config/version";
  const plus = version.indexOf("+");
  if (plus !== -1) {
    return [
      {
        code,
        path,
        part: { start: plus, length: version.length - plus },
        message: `version ${JSON.stringify(version)} has a "+", which an image tag can't have`,
        help: `write "${version.replaceAll("+", "-")}"`,
      },
    ];
  }
  if (!/^\d[A-Za-z0-9._-]*$/.test(version)) {
    const bare = version.replace(/^v(?=\d)/i, "");
    const help = bare === version ? 'such as "1.0.0"' : `such as "${bare}"`;
    return [
      {
        code,
        path,
        message: `version ${JSON.stringify(version)} doesn't fit an image tag`,
        help: `start with a digit and use letters, digits, dots, hyphens and underscores, ${help}`,
      },
    ];
  }
  const suffix = environment.platform === "aws" ? environment.suffix : "";
  const { length } = `${project.name}${suffix}-${version}`;
  if (length <= MAX_TAG) return [];
  return [
    {
      code,
      path,
      message: `the image tag "{project}-{version}" has ${length} characters, more than the ${MAX_TAG} allowed`,
      help: "shorten the version",
    },
  ];
}
