import type { CheckedProject } from "../check-project.ts";
import type { CheckedWorkspace } from "../check.ts";
import type { Problem } from "../problem.ts";

/** A rule about all projects together; each problem stands in one project's file. */
export type CrossProjectRule = (
  projects: readonly CheckedProject[],
  workspace: CheckedWorkspace,
) => readonly { readonly project: CheckedProject; readonly problem: Problem }[];

export const CROSS_PROJECT_RULES: readonly CrossProjectRule[] = [];
