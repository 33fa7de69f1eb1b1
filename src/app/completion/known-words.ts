import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";

import { parse } from "yaml";

import { projectFolders } from "../project-folders.ts";

/** How much text of configs one press of Tab reads, in bytes: about a tenth of a second. */
const readAtMost = 256 * 1024;

/**
 * The folder up from `cwd` that holds `esteira.yaml`, else the one that holds `src/projects`;
 * undefined where there is neither.
 */
export function workspaceAround(cwd: string): string | undefined {
  for (const mark of ["esteira.yaml", join("src", "projects")]) {
    for (let folder = cwd; ; folder = dirname(folder)) {
      if (existsSync(join(folder, mark))) return folder;
      if (dirname(folder) === folder) break;
    }
  }
  return undefined;
}

/** An environment that `esteira.yaml` names, or `local`. */
export interface KnownEnvironment {
  readonly name: string;
  /** True where its runs are on this machine. */
  readonly local: boolean;
}

/** The environments of the workspace around `cwd`; `local` is always among them. */
export function knownEnvironments(cwd: string): readonly KnownEnvironment[] {
  const root = workspaceAround(cwd);
  const config = root === undefined ? undefined : reader()(join(root, "esteira.yaml"));
  const named = Object.entries(mapping(mapping(config)["environments"]));
  const found = new Map<string, KnownEnvironment>([["local", { name: "local", local: true }]]);
  for (const [name, settings] of named) {
    const local = name === "local" || mapping(settings)["platform"] === "local";
    found.set(name, { name, local });
  }
  return [...found.values()];
}

/**
 * Ids of the steps of the projects that a line names, else of all projects of the workspace.
 *
 * @param words of the line: a project by its name, or by the id of one of its runs
 */
export function knownSteps(cwd: string, words: readonly string[]): readonly string[] {
  const found = configsOf(cwd, words).flatMap((config) => {
    const ids = layersOf(config).flatMap((layer) => {
      const { steps } = mapping(mapping(mapping(layer)["batch"])["pipeline"]);
      return Array.isArray(steps) ? steps.map((step) => mapping(step)["id"]) : [];
    });
    // A project that lists no steps has this one.
    return ids.length === 0 ? ["main"] : ids.filter((id) => typeof id === "string");
  });
  return [...new Set(found)];
}

/** Names of the run parameters of the same projects. */
export function knownParams(cwd: string, words: readonly string[]): readonly string[] {
  const found = configsOf(cwd, words).flatMap((config) =>
    layersOf(config).flatMap((layer) => Object.keys(mapping(mapping(layer)["params"]))),
  );
  return [...new Set(found)];
}

/** Variables of the secrets of all projects. */
export function knownSecrets(cwd: string): readonly string[] {
  const found = configsOf(cwd, []).flatMap((config) =>
    layersOf(config).flatMap((layer) =>
      Object.keys(mapping(mapping(mapping(layer)["runtime"])["secrets"])),
    ),
  );
  return [...new Set(found)];
}

/** Names of the projects that a line names. */
export function projectsOn(cwd: string, words: readonly string[]): readonly string[] {
  // Of a run's id what is before the time: recsys-20260131T030000Z-4f9a1c.
  const named = new Set(words.map((word) => word.replace(/-\d{8}T\d{6}Z-[0-9a-z]+$/, "")));
  return projectFolders(cwd).filter((name) => named.has(name));
}

function configsOf(cwd: string, words: readonly string[]): readonly unknown[] {
  const root = workspaceAround(cwd);
  if (root === undefined) return [];
  const named = projectsOn(cwd, words);
  const read = reader();
  return (named.length > 0 ? named : projectFolders(cwd))
    .map((name) => read(join(root, "src", "projects", name, "config.yaml")))
    .filter((config) => config !== undefined);
}

/** What a config says for all environments, and what it says for each. */
function layersOf(config: unknown): readonly unknown[] {
  return [config, ...Object.values(mapping(mapping(config)["environments"]))];
}

/**
 * Reads YAML files until together they are too many bytes; one that is too long, isn't YAML or
 * isn't a plain file is undefined.
 */
function reader(): (path: string) => unknown {
  let left = readAtMost;
  return (path) => {
    try {
      const found = statSync(path);
      if (!found.isFile() || found.size > left) return undefined;
      left -= found.size;
      const value: unknown = parse(readFileSync(path, "utf8"), { logLevel: "error" });
      return value;
    } catch {
      // `validate` says what is wrong with the file; here it has no words to propose.
      return undefined;
    }
  };
}

function mapping(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : {};
}
