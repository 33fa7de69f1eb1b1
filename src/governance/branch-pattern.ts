import { nearest } from "../config/suggest.ts";

/** What a branch's name says by the workspace's pattern, `feature/<project>-<description>`. */
export type BranchName =
  | { readonly kind: "feature"; readonly project: string }
  /** It has the pattern's form, but no known project is in it. */
  | { readonly kind: "unknown-project"; readonly meant: MeantName | undefined }
  /** It has not even the form. */
  | { readonly kind: "other" };

/** A project whose name is nearly there, and the name that the branch would have with it. */
export interface MeantName {
  readonly project: string;
  readonly branch: string;
}

/**
 * Reads a project out of a branch's name. Names of projects contain hyphens too, so the longest
 * known one that fits is meant: `feature/fleet-report-v2` is of `fleet-report` although there is a
 * `fleet`.
 */
export function readBranchName(
  pattern: string,
  branch: string,
  projects: readonly string[],
): BranchName {
  const longestFirst = [...new Set(projects)].toSorted((a, b) => b.length - a.length);
  const project = longestFirst.find((name) => expression(pattern, escaped(name)).test(branch));
  if (project !== undefined) return { kind: "feature", project };
  const [, written] = expression(pattern, "(.+)").exec(branch) ?? [];
  if (written === undefined) return { kind: "other" };
  // Somebody who mistyped a name with hyphens meant as many of them.
  for (const name of longestFirst) {
    const typed = written.split("-").slice(0, name.split("-").length).join("-");
    if (nearest(typed, [name]) === undefined) continue;
    return {
      kind: "unknown-project",
      meant: { project: name, branch: branch.replace(typed, name) },
    };
  }
  return { kind: "unknown-project", meant: undefined };
}

/** A name that would be right: for messages. */
export function exampleName(pattern: string, project: string, description = "description"): string {
  return pattern.replace("<project>", project).replaceAll("<description>", description);
}

function expression(pattern: string, project: string): RegExp {
  const parts = pattern
    .split(/(<project>|<description>)/)
    .map((part) =>
      part === "<project>" ? project : part === "<description>" ? String.raw`\S+` : escaped(part),
    );
  return new RegExp(`^${parts.join("")}$`);
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/-]/g, String.raw`\$&`);
}
