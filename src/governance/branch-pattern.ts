import { editDistance } from "../config/suggest.ts";
import { starMatcher } from "../core/wildcard.ts";

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
  if (!expression(pattern, ".+").test(branch)) {
    // Without a separator between the two there may be a project all the same.
    const loose = expression(pattern.replace(/(<project>)[-_.]/, "$1"), ".+");
    if (!loose.test(branch)) return { kind: "other" };
    const near = meantIn(pattern, branch, longestFirst);
    return near === undefined ? { kind: "other" } : { kind: "unknown-project", meant: near };
  }
  return { kind: "unknown-project", meant: meantIn(pattern, branch, longestFirst) };
}

/**
 * The project that is nearest to what a branch names: the same but for separators and case, else
 * by the fewest edits; undefined where none is near.
 */
function meantIn(
  pattern: string,
  branch: string,
  projects: readonly string[],
): MeantName | undefined {
  const [before = "", after = ""] = pattern.split("<project>");
  const beforeIt = new RegExp(
    `^${before
      .split("<description>")
      .map(escaped)
      .join(String.raw`\S+?`)}`,
  );
  const written = branch.replace(beforeIt, "");
  const near = projects
    .flatMap((project) => {
      const words = project.split(/[-_.]/).length;
      const typed = new RegExp(`^(?:[^-_./]+[-_.]?){${words}}`).exec(written)?.[0] ?? "";
      const exact = alike(written.slice(0, project.length)) === alike(project);
      const name = exact ? written.slice(0, project.length) : typed.replace(/[-_.]$/, "");
      const rest = written.slice(name.length).replace(/^[-_./]+/, "");
      const edits = editDistance(alike(name), alike(project));
      const most = Math.max(1, Math.floor(project.length / 3));
      const described = pattern.includes("<description>", pattern.indexOf("<project>"));
      if (edits > most || edits >= project.length || (described && rest === "")) return [];
      const right = described ? rest : "";
      const lead = branch.slice(0, branch.length - written.length);
      const tail = after.replace("<description>", right);
      return [{ edits, meant: { project, branch: `${lead}${project}${tail}` } }];
    })
    .filter(({ meant }) => readsAs(pattern, meant))
    .toSorted((a, b) => a.edits - b.edits);
  return near[0]?.meant;
}

function readsAs(pattern: string, { project, branch }: MeantName): boolean {
  return expression(pattern, escaped(project)).test(branch);
}

/** Case and kind of separator don't count. */
function alike(name: string): string {
  return name.toLowerCase().replaceAll(/[_.]/g, "-");
}

/** True for a branch that one of the names stands for; `*` is any characters. */
export function isAlso(names: readonly string[], branch: string): boolean {
  return names.some((name) => starMatcher(name)(branch));
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
