import { ownValue } from "../core/own.ts";
import { posix } from "node:path";

import type { Workspace } from "../config/model.ts";
import type { Diagnostic, SourceLocation } from "../core/diagnostic.ts";
import { err, ok, type Result } from "../core/result.ts";
import {
  branchChain,
  type BranchFacts,
  type LoweredVersion,
  type ReusedVersion,
} from "./branch-rules.ts";
import { surroundings } from "./surroundings.ts";
import { branchTip, clonedInPart, commitOf, type Git } from "./git.ts";
import { concerns } from "./changed-projects.ts";
import type { Commit, Proposal } from "./proposal.ts";
import { submoduleOf } from "./submodules.ts";
import { compareVersions } from "./version-order.ts";
import {
  contentAt,
  projectFoldersAt,
  workspaceAt,
  type Prefix,
  type ReleasedContent,
} from "./tree.ts";

/** Why the rules can't be asked. */
export type FactsError =
  /** There is no such branch in this clone. */
  | { readonly reason: "unknown-branch"; readonly branch: string; readonly clone: Clone }
  /** The clone lacks the history that says where a branch started. */
  | { readonly reason: "history"; readonly clone: "shallow" | "some-branches" }
  | { readonly reason: "git"; readonly message: string }
  | { readonly reason: "workspace"; readonly diagnostics: readonly Diagnostic[] };

type Clone = "shallow" | "some-branches" | "whole";

export interface FactsOptions {
  readonly proposal: Proposal;
  /** The head's newest commit, where somebody knows it better than the clone: in GitHub's event. */
  readonly headCommit?: string;
  /** Name of the workspace's folder. */
  readonly folder: string;
  readonly prefix: Prefix;
}

/**
 * Asks the repository what the rules look at. The rules themselves are those of the base, so that
 * no branch brings the exception that it needs.
 */
export async function branchFacts(
  git: Git,
  { proposal, headCommit, folder, prefix }: FactsOptions,
): Promise<Result<BranchFacts, FactsError>> {
  const part = await clonedInPart(git);
  const base = await branchTip(git, proposal.base);
  if (base === undefined) return err(unknown(proposal.base, part));
  const head = await headOf(git, proposal, headCommit);
  if (head === undefined) return err(unknown(proposal.head, part));

  const workspace = await workspaceAt(git, base, prefix, folder);
  if (!workspace.ok) return err({ reason: "workspace", diagnostics: workspace.error });
  const { branches: policy } = workspace.value;
  const [ofHead, ofBase] = [
    await projectFoldersAt(git, head, prefix, workspace.value),
    await projectFoldersAt(git, base, prefix, workspace.value),
  ];
  if (!ofHead.ok) return err({ reason: "git", message: ofHead.error.message });
  if (!ofBase.ok) return err({ reason: "git", message: ofBase.error.message });
  const directories = [...new Set([...ofHead.value, ...ofBase.value])];

  const [first, ...later] = branchChain(policy);
  const place = branchChain(policy).indexOf(proposal.base);
  // Only where the answer depends on history is all of it needed.
  if (part !== undefined && place >= 0) return err({ reason: "history", clone: part });
  const strays = new Map<string, readonly Commit[]>();
  if (first !== undefined && proposal.base === first) {
    for (const branch of later) {
      const commits = await straysOf(git, { head, first: base, branch });
      if (!commits.ok) return commits;
      if (commits.value.length > 0) strays.set(branch, commits.value);
    }
  }
  const versions =
    place < 1
      ? ok({ reused: [], lowered: [] })
      : await wrongVersions(git, { base, head, prefix, workspace: workspace.value, proposal });
  if (!versions.ok) return versions;
  return ok({
    proposal,
    policy,
    projects: directories.map((directory) => posix.basename(directory)),
    strays,
    ...versions.value,
    around: await surroundings(git),
  });
}

function unknown(branch: string, part: "shallow" | "some-branches" | undefined): FactsError {
  return { reason: "unknown-branch", branch, clone: part ?? "whole" };
}

/**
 * What is here goes before what was pushed: a branch is checked before it is pushed. A fork's
 * branch is nowhere here.
 */
async function headOf(
  git: Git,
  { head, fork }: Proposal,
  known: string | undefined,
): Promise<string | undefined> {
  if (known !== undefined) return commitOf(git, known);
  if (fork !== undefined) return undefined;
  return (await commitOf(git, `refs/heads/${head}`)) ?? (await branchTip(git, head));
}

/** Commits that both the head and a later branch have, and the first branch hasn't. */
async function straysOf(
  git: Git,
  {
    head,
    first,
    branch,
  }: { readonly head: string; readonly first: string; readonly branch: string },
): Promise<Result<readonly Commit[], FactsError>> {
  const tip = await branchTip(git, branch);
  if (tip === undefined) return ok([]);
  const shared = await git.run(["merge-base", "--all", head, tip]);
  // Histories that have nothing in common share no commit.
  if (!shared.ok || shared.value === "") return ok([]);
  return log(git, [...shared.value.split("\n"), "--not", first]);
}

async function log(
  git: Git,
  args: readonly string[],
): Promise<Result<readonly Commit[], FactsError>> {
  const listed = await git.run(["log", "--format=%H%x09%s", ...args]);
  if (!listed.ok) return err({ reason: "git", message: listed.error.message });
  return ok(
    listed.value
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => {
        const tab = line.indexOf("\t");
        return { id: line.slice(0, tab), subject: line.slice(tab + 1) };
      }),
  );
}

/** So many earlier states of a project's folder on the base are looked at. */
const mostStates = 50;

/**
 * Versions of the head that the base has released with other content, now or at one of the commits
 * that its branch was at; and those that are lower than the base's and were never released.
 */
async function wrongVersions(
  git: Git,
  options: {
    readonly base: string;
    readonly head: string;
    readonly prefix: Prefix;
    readonly workspace: Workspace;
    readonly proposal: Proposal;
  },
): Promise<
  Result<
    { readonly reused: readonly ReusedVersion[]; readonly lowered: readonly LoweredVersion[] },
    FactsError
  >
> {
  const { base, head, prefix, workspace, proposal } = options;
  const environment = ownValue(workspace.branches.environments, proposal.base) ?? "local";
  const folders = await projectFoldersAt(git, head, prefix, workspace);
  if (!folders.ok) return err({ reason: "git", message: folders.error.message });
  const differing = await git.run(["diff", "--name-only", "--no-renames", "-z", base, head]);
  if (!differing.ok) return err({ reason: "git", message: differing.error.message });
  const paths = differing.value.split("\0");
  const reused: ReusedVersion[] = [];
  const lowered: LoweredVersion[] = [];
  for (const directory of folders.value) {
    const path = `${prefix}${directory}`;
    if (!paths.some((changed) => concerns(changed, path))) continue;
    const place = { prefix, directory, environment };
    const now = await contentAt(git, head, place);
    // What can't be read is reported by `validate`.
    if (now === undefined) continue;
    const newest = await log(git, ["--max-count=1", base]);
    if (!newest.ok) return newest;
    const recent = `--max-count=${mostStates}`;
    const submodule = await submoduleOf(git, head, path);
    const folder = `:(top,literal)${submodule?.path ?? path}`;
    const states = await log(git, ["--first-parent", recent, base, "--", folder]);
    if (!states.ok) return states;
    const all = [...newest.value, ...states.value];
    const project = posix.basename(directory);
    const found = async () => ({
      project,
      version: now.version,
      released: await versionsOf(git, all, path),
      location: await versionLocation(git, head, prefix, directory),
    });
    const same = await otherContent(git, {
      states: all,
      place,
      now,
      certain: submodule !== undefined,
    });
    if (same !== undefined) {
      reused.push({ ...(await found()), releasedBy: same });
      continue;
    }
    const present = await versionIn(git, base, path);
    if (present === undefined || (compareVersions(now.version, present) ?? 0) >= 0) continue;
    const one = await found();
    if (!one.released.includes(now.version)) lowered.push({ ...one, present });
  }
  return ok({ reused, lowered });
}

/** The state that has released the version with other content; undefined where none has. */
async function otherContent(
  git: Git,
  {
    states,
    place,
    now,
    certain,
  }: {
    readonly states: readonly Commit[];
    readonly place: Parameters<typeof contentAt>[2];
    readonly now: ReleasedContent;
    /** Each state is looked at whole. */
    readonly certain: boolean;
  },
): Promise<Commit | undefined> {
  for (const state of states) {
    const path = `${place.prefix}${place.directory}`;
    if (!certain && !(await mayBe(git, state, path, now.version))) continue;
    const then = await contentAt(git, state.id, place);
    if (then?.version === now.version && then.sourceHash !== now.sourceHash) return state;
  }
  return undefined;
}

/** Versions that a project had in these states, as they are written. */
async function versionsOf(
  git: Git,
  states: readonly Commit[],
  path: string,
): Promise<readonly string[]> {
  const versions: string[] = [];
  for (const { id } of states) {
    const version = await versionIn(git, id, path);
    if (version !== undefined && !versions.includes(version)) versions.push(version);
  }
  return versions;
}

async function versionIn(git: Git, commit: string, path: string): Promise<string | undefined> {
  const text = await git.run(["show", `${commit}:${path}/config.yaml`]);
  return text.ok ? /^version\s*:\s*["']?([^"'\s#]+)/m.exec(text.value)?.[1] : undefined;
}

/**
 * Whether it is worth writing a commit's files out: its configuration has the version's text
 * somewhere.
 */
async function mayBe(git: Git, { id }: Commit, path: string, version: string): Promise<boolean> {
  const text = await git.run(["show", `${id}:${path}/config.yaml`]);
  return text.ok && text.value.includes(version);
}

async function versionLocation(
  git: Git,
  commit: string,
  prefix: Prefix,
  directory: string,
): Promise<SourceLocation> {
  const file = `${directory}/config.yaml`;
  const text = await git.run(["show", `${commit}:${prefix}${file}`]);
  const lines = text.ok ? text.value.split(/\r?\n/) : [];
  const at = lines.findIndex((line) => /^version\s*:/.test(line));
  const line = lines[at];
  if (line === undefined) return { file };
  const [written = line] = /^version\s*:\s*("[^"]*"|'[^']*'|[^\s#]+)/.exec(line) ?? [];
  return { file, range: { line: at + 1, column: 1, length: written.length, text: line } };
}
