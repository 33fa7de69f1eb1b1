import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";

import { parse } from "yaml";

import { knownProjects, projectsOn, workspaceAround } from "./known-projects.ts";

/** How much text of configs one press of Tab reads, in bytes: about a tenth of a second. */
const readAtMost = 256 * 1024;

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
export async function knownSteps(
  cwd: string,
  words: readonly string[],
): Promise<readonly string[]> {
  const found = (await configsOf(cwd, words)).flatMap((config) => {
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
export async function knownParams(
  cwd: string,
  words: readonly string[],
): Promise<readonly string[]> {
  const found = (await configsOf(cwd, words)).flatMap((config) =>
    layersOf(config).flatMap((layer) => Object.keys(mapping(mapping(layer)["params"]))),
  );
  return [...new Set(found)];
}

/** Variables of the secrets of all projects. */
export async function knownSecrets(cwd: string): Promise<readonly string[]> {
  const found = (await configsOf(cwd, [])).flatMap((config) =>
    layersOf(config).flatMap((layer) =>
      Object.keys(mapping(mapping(mapping(layer)["runtime"])["secrets"])),
    ),
  );
  return [...new Set(found)];
}

async function configsOf(cwd: string, words: readonly string[]): Promise<readonly unknown[]> {
  const named = await projectsOn(cwd, words);
  const read = reader();
  return (named.length > 0 ? named : await knownProjects(cwd))
    .map(({ config }) => read(config))
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
