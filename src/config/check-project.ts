import { hasErrors, type Diagnostic } from "../core/diagnostic.ts";
import type { EnvironmentName } from "../core/ids.ts";
import type { ProjectIdentity } from "./clashes.ts";
import { foldedCommands } from "./folded-commands.ts";
import { meant } from "./meant.ts";
import type { Environment, Project } from "./model.ts";
import { normalizeProject } from "./normalize.ts";
import { withOverlay, writtenAt, type MergedConfig } from "./overlay.ts";
import type { Path, Problem } from "./problem.ts";
import type { ProjectFiles } from "./project-files.ts";
import { overlaysAreForEnvironments, overlayStepsExist } from "./rules/overlays.ts";
import { ENVIRONMENT_RULES, PROJECT_RULES } from "./rules/project-rules.ts";
import { configSchema } from "./schema/schema.ts";
import { toDiagnostic } from "./to-diagnostic.ts";
import { typed } from "./typed.ts";
import { writtenItems } from "./written-items.ts";
import { readYaml, type YamlSource } from "./yaml/yaml-source.ts";

/** A project's folder as it was found. */
export interface ProjectInput {
  /** Relative to the workspace's root, with `/`. */
  readonly directory: string;
  /** Its config, relative to the workspace's root. */
  readonly file: string;
  /** The config's bytes, or why they can't be had. */
  readonly content: Uint8Array | Diagnostic;
  /**
   * Of the content, as `contentHash` gives it, had without reading it where it is known; undefined
   * where it can't be read.
   */
  readonly hash: string | undefined;
  readonly files: ProjectFiles;
}

/** What the checks of one project gave; what several projects together do wrong comes later. */
export interface ProjectOutcome {
  /** Undefined when the file can't be read or doesn't fit the schema. */
  readonly identity: ProjectIdentity | undefined;
  /** The project in each environment in which it has no error. */
  readonly projects: ReadonlyMap<EnvironmentName, Project>;
  readonly diagnostics: readonly Diagnostic[];
}

/** A project after its own checks. */
export interface CheckedProject extends ProjectOutcome {
  readonly input: ProjectInput;
  /** Its config with the places of what is written; undefined where it can't be parsed. */
  source(): YamlSource | undefined;
}

/** How many problems of one file are reported; a file with more is broken in one way many times. */
const MAX_DIAGNOSTICS = 50;

/**
 * Checks one project in all environments. A problem that several environments share is reported
 * once; one that only some have names them.
 *
 * @param known the environments that overlays may be for; undefined when that can't be known,
 *   because `esteira.yaml` is broken
 */
export function checkProject(
  input: ProjectInput,
  environments: readonly Environment[],
  known: readonly string[] | undefined,
): CheckedProject {
  const broken = (diagnostics: readonly Diagnostic[]): CheckedProject => ({
    input,
    identity: undefined,
    source: () => undefined,
    projects: new Map(),
    diagnostics: capped(diagnostics, input.file),
  });
  if (!(input.content instanceof Uint8Array)) return broken([input.content]);
  const read = readYaml(input.file, input.content);
  if (!read.ok) return broken(read.error);
  const source = read.value;
  const checked = typed(configSchema, source);
  const config = checked.ok ? checked.value : meant(configSchema, source);
  if (!config) {
    const problems = checked.ok ? [] : checked.error;
    return broken(problems.map((problem) => toDiagnostic(source, problem)));
  }
  const unfit = checked.ok ? [] : checked.error.filter(({ code }) => code === "config/unknown-key");

  const written = writtenItems(source, config);
  const aboutFile = [
    ...unfit,
    ...written.problems,
    ...(known ? overlaysAreForEnvironments(config, known) : []),
    ...overlayStepsExist(config),
    ...foldedCommands(source, config),
  ].map((problem) => toDiagnostic(source, problem));

  const usable = !hasErrors(aboutFile);

  const projects = new Map<EnvironmentName, Project>();
  const found = new Map<string, { diagnostic: Diagnostic; in: Set<string> }>();
  // Environments without an overlay share one config, and what is wrong with it.
  const shared = new Map<MergedConfig, readonly Problem[]>();
  for (const environment of environments) {
    const merged = withOverlay(config, environment.name);
    const project = normalizeProject(
      merged,
      environment,
      input.directory,
      input.files,
      written.items,
    );
    const context = { project, config: merged, environment, files: input.files };
    const ofConfig = shared.get(merged) ?? PROJECT_RULES.flatMap((rule) => rule(context));
    shared.set(merged, ofConfig);
    const problems = [...ofConfig, ...ENVIRONMENT_RULES.flatMap((rule) => rule(context))];
    if (usable && problems.every((problem) => problem.severity === "warning")) {
      projects.set(environment.name, project);
    }
    for (const problem of problems) {
      const place = (path: Path) => writtenAt(source, config, environment.name, path);
      const diagnostic = toDiagnostic(source, problem, place);
      const key = JSON.stringify(diagnostic);
      const same = found.get(key);
      if (same) same.in.add(environment.name);
      else found.set(key, { diagnostic, in: new Set([environment.name]) });
    }
  }
  const shown = [...found.values()];
  // What is an error in one environment needn't be warned of in another.
  const graver = new Set(
    shown.flatMap(({ diagnostic: { code, severity, location } }) =>
      severity === "error" ? JSON.stringify([code, location]) : [],
    ),
  );
  const diagnostics = shown
    .filter(
      ({ diagnostic: { code, severity, location } }) =>
        severity === "error" || !graver.has(JSON.stringify([code, location])),
    )
    .map(({ diagnostic, in: names }) =>
      names.size === environments.length
        ? diagnostic
        : { ...diagnostic, message: `${diagnostic.message} (in ${[...names].join(", ")})` },
    );
  return {
    input,
    identity: checked.ok
      ? {
          folder: input.directory.split("/").at(-1) ?? "",
          name: config.project_name,
          version: config.version,
        }
      : undefined,
    source: () => source,
    projects,
    diagnostics: capped([...aboutFile, ...diagnostics], input.file),
  };
}

function capped(diagnostics: readonly Diagnostic[], file: string): readonly Diagnostic[] {
  if (diagnostics.length <= MAX_DIAGNOSTICS) return diagnostics;
  return [
    ...diagnostics.slice(0, MAX_DIAGNOSTICS),
    {
      code: "file/too-many-problems",
      severity: "error",
      message: `${diagnostics.length - MAX_DIAGNOSTICS} more problems of this file are not shown`,
      help: "fix the first ones and check again",
      location: { file },
    },
  ];
}
