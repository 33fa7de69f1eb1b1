import type { Commit, Proposal } from "./proposal.ts";
import type { Surroundings } from "./surroundings.ts";

/** As a shell takes it: who pushes a branch chooses its name. */
export function quoted(name: string): string {
  return /^[\w./@+-]+$/.test(name) ? name : `'${name.replaceAll("'", String.raw`'\''`)}'`;
}

/** The name, or the first with a number behind it that no branch has or excludes. */
export function freeName(name: string, { branches }: Surroundings, but?: string): string {
  const taken = (candidate: string): boolean =>
    branches.some(
      (branch) =>
        branch !== but &&
        (branch === candidate ||
          branch.startsWith(`${candidate}/`) ||
          candidate.startsWith(`${branch}/`)),
    );
  for (let number = 1; ; number += 1) {
    const candidate = number === 1 ? name : `${name}-${number}`;
    if (number > 100 || !taken(candidate)) return candidate;
  }
}

/** A branch as commands here can name it: the server's where that is known. */
export function refOf(branch: string, { remote }: Surroundings): string {
  return remote?.includes(branch) === true ? `origin/${branch}` : branch;
}

/** Renames the branch of a proposal. */
export function renaming(
  { head, base }: Proposal,
  right: string,
  { local, remote }: Surroundings,
): readonly string[] {
  return [
    ...(local.includes(head) ? [] : [`git switch ${quoted(head)}`]),
    `git branch -m ${quoted(head)} ${quoted(right)}`,
    ...(remote === undefined
      ? []
      : [`git push -u origin ${quoted(right)}`, `gh pr create --base ${quoted(base)}`]),
  ];
}

/** Takes over to the first branch what a later one doesn't have. */
export function rebasing(
  { head, renamed }: { readonly head: string; readonly renamed: string | undefined },
  first: string,
  branch: string,
  around: Surroundings,
): readonly string[] {
  const { local, remote } = around;
  const name = renamed ?? head;
  const elsewhere = renamed === undefined && !local.includes(head);
  return [
    ...(remote === undefined ? [] : ["git fetch origin"]),
    ...(elsewhere ? [`git switch ${quoted(head)}`] : []),
    `git rebase --onto ${quoted(refOf(first, around))} ${quoted(refOf(branch, around))} ${quoted(name)}`,
    ...(remote === undefined ? [] : [`git push --force-with-lease -u origin ${quoted(name)}`]),
  ];
}

/** Changes where the pull request goes. */
export function edit(
  { number }: Proposal,
  base: string,
  { remote }: Surroundings,
): readonly string[] {
  if (remote === undefined) return [];
  return [`gh pr edit${number === undefined ? "" : ` ${number}`} --base ${quoted(base)}`];
}

/**
 * Commits of each later branch, without the branches that have none but those of another: one
 * rebase leaves all of them behind.
 */
export function withoutCovered(
  strays: ReadonlyMap<string, readonly Commit[]>,
): readonly (readonly [string, readonly Commit[]])[] {
  const all = [...strays];
  return all.filter(([, commits], index) => {
    const ids = commits.map(({ id }) => id);
    return !all.some(([, others], place) => {
      const theirs = new Set(others.map(({ id }) => id));
      const larger = theirs.size > ids.length || (theirs.size === ids.length && place < index);
      return place !== index && larger && ids.every((id) => theirs.has(id));
    });
  });
}
