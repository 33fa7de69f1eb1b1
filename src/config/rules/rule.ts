import type { Environment, Project, Workspace } from "../model.ts";
import type { MergedConfig } from "../overlay.ts";
import type { Problem } from "../problem.ts";
import type { ProjectFiles } from "../project-files.ts";
import type { RawWorkspace } from "../schema-workspace.ts";

/** What a rule about one project in one environment reads. Paths of its problems are those of `config`. */
export interface ProjectContext {
  readonly project: Project;
  /** What the author wrote, with the environment's overlay. */
  readonly config: MergedConfig;
  readonly environment: Environment;
  readonly files: ProjectFiles;
}

export type ProjectRule = (context: ProjectContext) => readonly Problem[];

export interface WorkspaceContext {
  readonly workspace: Workspace;
  readonly raw: RawWorkspace;
}

export type WorkspaceRule = (context: WorkspaceContext) => readonly Problem[];
