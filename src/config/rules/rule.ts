import type { Environment, Project, Workspace } from "../model.ts";
import type { MergedConfig } from "../overlay.ts";
import type { Problem } from "../problem.ts";
import type { ProjectFiles } from "../project-files.ts";
import type { RawWorkspace } from "../schema/schema-workspace.ts";

/**
 * What a rule about one project reads, whatever the environment is. Paths of its problems are those
 * of `config`.
 */
export interface ProjectContext {
  readonly project: Omit<Project, "environment">;
  /** What the author wrote, with the environment's overlay. */
  readonly config: MergedConfig;
  readonly files: ProjectFiles;
}

/** What a rule about one project in one environment reads. */
export interface EnvironmentContext extends ProjectContext {
  readonly project: Project;
  readonly environment: Environment;
}

export type ProjectRule = (context: ProjectContext) => readonly Problem[];
export type EnvironmentRule = (context: EnvironmentContext) => readonly Problem[];

export interface WorkspaceContext {
  readonly workspace: Workspace;
  readonly raw: RawWorkspace;
}

export type WorkspaceRule = (context: WorkspaceContext) => readonly Problem[];
