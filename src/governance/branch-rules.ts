import type { Workspace } from "../config/model.ts";
import type { Diagnostic, SourceLocation } from "../core/diagnostic.ts";
import { exampleName, isAlso, readBranchName, type BranchName } from "./branch-pattern.ts";
import {
  edit,
  freeName,
  quoted,
  rebasing,
  refOf,
  renaming,
  withoutCovered,
} from "./branch-remedies.ts";
import type { Commit, Proposal } from "./proposal.ts";
import type { Surroundings } from "./surroundings.ts";
import { versionAbove } from "./version-order.ts";

/** A project whose version stands for other content on the branch that releases it. */
export interface ReusedVersion {
  readonly project: string;
  readonly version: string;
  /** Commit of the base with the same version and other content. */
  readonly releasedBy: Commit;
  /** Every version that the base has released of it, as far as was looked. */
  readonly released: readonly string[];
  /** Where the version is written. */
  readonly location: SourceLocation;
}

/** A project whose version is lower than the one that the base has now. */
export interface LoweredVersion extends Omit<ReusedVersion, "releasedBy"> {
  /** What the base has. */
  readonly present: string;
}

/** All that the rules look at: pure data. */
export interface BranchFacts {
  readonly proposal: Proposal;
  readonly policy: Workspace["branches"];
  /** By their folders, in the head or in the base. */
  readonly projects: readonly string[];
  /**
   * For each later branch the commits that the head has of it and the first branch lacks, newest
   * first; those without any left out.
   */
  readonly strays: ReadonlyMap<string, readonly Commit[]>;
  readonly reused: readonly ReusedVersion[];
  readonly lowered: readonly LoweredVersion[];
  /** What the commands of a remedy have to fit. */
  readonly around: Surroundings;
}

/**
 * The branches that deploy, in the order in which changes reach them, which is the order in which
 * `esteira.yaml` has them: features go to the first, and each of the others takes from the one
 * before it.
 */
export function branchChain(policy: Workspace["branches"]): readonly string[] {
  return Object.keys(policy.environments);
}

/** A rule that is broken: which and by what; and what fixes it, to be typed line by line. */
export interface BrokenRule extends Diagnostic {
  readonly help: string;
  readonly commands: readonly string[];
}

/**
 * What is wrong with the proposal; nothing when it may be merged. The commands are typed in this
 * order: those of a later rule name the branch as an earlier one has renamed it.
 */
export function checkBranch(facts: BranchFacts): BrokenRule[] {
  return [
    headIsOurs,
    featureNamesProject,
    featureGoesToFirst,
    laterTakesFromBefore,
    featureStartsFromFirst,
    versionsRise,
  ].flatMap((rule) => rule(facts));
}

/** One of the branches that deploy, and not one that a fork calls so. */
function isOwn(chain: readonly string[], { head, fork }: Proposal): boolean {
  return fork === undefined && chain.includes(head);
}

type Rule = (facts: BranchFacts) => BrokenRule[];

/** What comes into the first branch is a feature, or one of the later branches on its way back. */
const featureNamesProject: Rule = (facts) => {
  const { proposal, policy, projects, around } = facts;
  const { head, base } = proposal;
  const wrong = wronglyNamed(facts);
  if (wrong === undefined) return [];
  const rule = `what goes to ${base} is named ${policy.feature}`;
  const right = rightName(facts);
  const commands = right === undefined ? [] : renaming(proposal, right, around);
  const example = exampleName(policy.feature, "PROJECT", descriptionOf(head, projects));
  if (wrong.kind === "other") {
    const how =
      right === undefined
        ? `rename it for one of ${listed(projects)}, as in ${example}`
        : "rename it";
    return [problem("branch/name", `${rule}; this branch is named ${head}`, how, commands)];
  }
  return [
    problem(
      "branch/unknown-project",
      `${rule}, for a project that exists; ${head} names none of ${listed(projects)}`,
      wrong.meant === undefined
        ? `name one that exists, as in ${example}, or make it in this branch with \`esteira new\` and commit it`
        : `you may have meant ${wrong.meant.project}`,
      commands,
    ),
  ];
};

/** How the head's name is read where it should name a project and doesn't. */
function wronglyNamed({
  proposal,
  policy,
  projects,
}: BranchFacts): Exclude<BranchName, { readonly kind: "feature" }> | undefined {
  const chain = branchChain(policy);
  const { head, base } = proposal;
  if (base !== chain[0] || isOwn(chain, proposal) || isAlso(policy.also, head)) return undefined;
  const name = readBranchName(policy.feature, head, projects);
  return name.kind === "feature" ? undefined : name;
}

/** The name that a branch should have, free for it; undefined where nobody can tell the project. */
function rightName(facts: BranchFacts): string | undefined {
  const { proposal, policy, projects, around } = facts;
  const wrong = wronglyNamed(facts);
  if (wrong === undefined) return undefined;
  const only = projects.length === 1 ? projects[0] : undefined;
  const project = wrong.kind === "other" ? (mentioned(proposal.head, projects) ?? only) : undefined;
  const name =
    wrong.kind === "unknown-project"
      ? wrong.meant?.branch
      : project === undefined
        ? undefined
        : exampleName(policy.feature, project, descriptionOf(proposal.head, projects));
  return name === undefined ? undefined : freeName(name, around, proposal.head);
}

const featureGoesToFirst: Rule = ({ proposal, policy, projects, around }) => {
  const [first, ...later] = branchChain(policy);
  const { head, base } = proposal;
  // Into a later branch, that branch's own rule says it better.
  if (first === undefined || base === first || later.includes(base)) return [];
  if (readBranchName(policy.feature, head, projects).kind === "other") return [];
  return [
    problem(
      "branch/target",
      `features go to ${first} only; ${head} is on its way into ${base}`,
      "let it go there",
      edit(proposal, first, around),
    ),
  ];
};

const laterTakesFromBefore: Rule = ({ proposal, policy, around }) => {
  const chain = branchChain(policy);
  const { head, base } = proposal;
  const place = chain.indexOf(base);
  const before = chain[place - 1];
  const [first] = chain;
  if (place < 1 || before === undefined || first === undefined || head === before) return [];
  const message = `${base} takes only from ${before}; ${head} is on its way into it`;
  return [
    chain.includes(head)
      ? problem(
          "branch/source",
          message,
          `propose ${before} instead`,
          around.remote === undefined ? [] : [`gh pr create --head ${before} --base ${base}`],
        )
      : problem(
          "branch/source",
          message,
          `let it go to ${first} first`,
          edit(proposal, first, around),
        ),
  ];
};

/** A fork has a branch of the same name, and it is anybody's. */
const headIsOurs: Rule = ({ proposal: { head, base, fork }, policy }) => {
  const chain = branchChain(policy);
  const place = chain.indexOf(base);
  if (fork === undefined || place < 1) return [];
  return [
    problem(
      "branch/fork",
      `${base} takes only from this repository's own ${chain[place - 1]}; this ${head} is of ${fork}`,
      `let the change go to ${chain[0]} first`,
      [`gh pr create --base ${chain[0]}`],
    ),
  ];
};

const featureStartsFromFirst: Rule = (facts) => {
  const { proposal, policy, strays, around } = facts;
  const chain = branchChain(policy);
  const [first] = chain;
  const { head, base } = proposal;
  if (first === undefined || base !== first || isOwn(chain, proposal)) return [];
  const renamed = rightName(facts);
  return withoutCovered(strays).map(([branch, commits]) =>
    problem(
      "branch/start",
      `features start from ${first}; ${head} has ${commits.length === 1 ? "a commit" : `${commits.length} commits`} of ${branch} that ${first} lacks: ${shown(commits)}`,
      `take what is the feature's own over to ${first}`,
      rebasing({ head, renamed }, first, branch, around),
    ),
  );
};

/** A version is released once, and each is above those before it. */
const versionsRise: Rule = ({ proposal: { head, base }, policy, reused, lowered, around }) => {
  const chain = branchChain(policy);
  const [first = base] = chain;
  const place = chain.indexOf(base);
  if (place < 1 || head !== chain[place - 1]) return [];
  const found = [
    ...reused.map((one) => ({
      one,
      message: `a version is released once; ${one.project} ${one.version} is in ${base} with other content (${short(one.releasedBy)})`,
    })),
    ...lowered.map((one) => ({
      one,
      message: `versions rise; ${one.project} is ${one.version}, and ${base} has ${one.present}`,
    })),
  ];
  return found.map(({ one: { project, version, released, location }, message }, index) => {
    const raised = versionAbove(version, released);
    const branch = freeName(exampleName(policy.feature, project, raised), around);
    // All of them are raised in one branch, that of the first.
    const switching = [
      ...(around.remote === undefined ? [] : ["git fetch origin"]),
      `git switch --no-track -c ${quoted(branch)} ${quoted(refOf(first, around))}`,
    ];
    const file = quoted(location.file);
    const raising = `sed -i.bak 's/^version *:.*/version: "${raised}"/' ${file} && rm ${quoted(`${location.file}.bak`)}`;
    return {
      ...problem(
        "branch/version",
        message,
        `raise version in ${location.file}, to ${raised} for example, by way of ${first}`,
        location.range === undefined ? [] : [...(index === 0 ? switching : []), raising],
      ),
      location,
    };
  });
};

function problem(
  code: string,
  message: string,
  help: string,
  commands: readonly string[],
): BrokenRule {
  return { code, severity: "error", message, help, commands };
}

/** `v1` of `bugfix/recsys-v1`: what may be behind the project's name. */
function descriptionOf(branch: string, projects: readonly string[]): string {
  const last = branch.split("/").at(-1) ?? "";
  const project = mentioned(branch, projects);
  const rest = project === undefined ? last : last.replace(project, "").replace(/^[-_.]+/, "");
  return rest || "description";
}

/** The longest name of a project that the branch's begins with, after its last `/`. */
function mentioned(branch: string, projects: readonly string[]): string | undefined {
  const last = branch.split("/").at(-1) ?? "";
  return projects
    .toSorted((a, b) => b.length - a.length)
    .find((project) => last === project || last.startsWith(`${project}-`));
}

function listed(projects: readonly string[]): string {
  if (projects.length === 0) return "the projects: there are none yet";
  const sorted = projects.toSorted();
  return `${sorted.slice(0, 12).join(", ")}${sorted.length > 12 ? ", …" : ""}`;
}

function shown(commits: readonly Commit[]): string {
  return `${commits.slice(0, 3).map(short).join(", ")}${commits.length > 3 ? ", …" : ""}`;
}

function short({ id, subject }: Commit): string {
  return `${id.slice(0, 7)} ${subject.length > 60 ? `${subject.slice(0, 59)}…` : subject}`;
}
