import type { Workspace } from "../config/model.ts";
import type { Diagnostic, SourceLocation } from "../core/diagnostic.ts";
import { exampleName, readBranchName } from "./branch-pattern.ts";

/** A branch on its way into another. */
export interface Proposal {
  readonly head: string;
  readonly base: string;
  /** Of the pull request, where there is one. */
  readonly number?: number;
  /** `owner/repository` that the head is in, where that is another than the base's. */
  readonly fork?: string;
}

export interface Commit {
  /** Full SHA. */
  readonly id: string;
  readonly subject: string;
}

/** A project whose version stands for other content on the branch that releases it. */
export interface ReusedVersion {
  readonly project: string;
  readonly version: string;
  /** Commit of the base with the same version and other content. */
  readonly releasedBy: Commit;
  /** Where the version is written. */
  readonly location: SourceLocation;
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

/** What is wrong with the proposal; nothing when it may be merged. */
export function checkBranch(facts: BranchFacts): BrokenRule[] {
  return [
    headIsOurs,
    featureNamesProject,
    featureGoesToFirst,
    laterTakesFromBefore,
    featureStartsFromFirst,
    releasedVersionIsRaised,
  ].flatMap((rule) => rule(facts));
}

/** One of the branches that deploy, and not one that a fork calls so. */
function isOwn(chain: readonly string[], { head, fork }: Proposal): boolean {
  return fork === undefined && chain.includes(head);
}

type Rule = (facts: BranchFacts) => BrokenRule[];

/** What comes into the first branch is a feature, or one of the later branches on its way back. */
const featureNamesProject: Rule = ({ proposal, policy, projects }) => {
  const chain = branchChain(policy);
  const { head, base } = proposal;
  if (base !== chain[0] || isOwn(chain, proposal)) return [];
  const name = readBranchName(policy.feature, head, projects);
  if (name.kind === "feature") return [];
  const rule = `what goes to ${base} is named ${policy.feature}`;
  const named = (project: string): string =>
    exampleName(policy.feature, project, descriptionOf(head, projects));
  const rename = (right: string): string[] => [
    `git branch -m ${quoted(head)} ${quoted(right)}`,
    `git push -u origin ${quoted(right)}`,
    `gh pr create --base ${base}`,
  ];
  if (name.kind === "other") {
    return [
      problem(
        "branch/name",
        `${rule}; this branch is named ${head}`,
        "rename it",
        rename(named(mentioned(head, projects) ?? projects[0] ?? "project")),
      ),
    ];
  }
  return [
    problem(
      "branch/unknown-project",
      `${rule}, for a project that exists; ${head} names none of ${listed(projects)}`,
      name.meant === undefined
        ? "name one that exists, or make it in this branch with `esteira new`"
        : `you may have meant ${name.meant.project}`,
      rename(name.meant?.branch ?? named(projects[0] ?? "project")),
    ),
  ];
};

const featureGoesToFirst: Rule = ({ proposal, policy, projects }) => {
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
      [edit(proposal, first)],
    ),
  ];
};

const laterTakesFromBefore: Rule = ({ proposal, policy }) => {
  const chain = branchChain(policy);
  const { head, base } = proposal;
  const place = chain.indexOf(base);
  const before = chain[place - 1];
  const [first] = chain;
  if (place < 1 || before === undefined || first === undefined || head === before) return [];
  const message = `${base} takes only from ${before}; ${head} is on its way into it`;
  return [
    chain.includes(head)
      ? problem("branch/source", message, `propose ${before} instead`, [
          `gh pr create --head ${before} --base ${base}`,
        ])
      : problem("branch/source", message, `let it go to ${first} first`, [edit(proposal, first)]),
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

const featureStartsFromFirst: Rule = ({ proposal, policy, strays }) => {
  const chain = branchChain(policy);
  const [first] = chain;
  const { head, base } = proposal;
  if (first === undefined || base !== first || isOwn(chain, proposal)) return [];
  return [...strays].map(([branch, commits]) =>
    problem(
      "branch/start",
      `features start from ${first}; ${head} has ${commits.length === 1 ? "a commit" : `${commits.length} commits`} of ${branch} that ${first} lacks: ${shown(commits)}`,
      `take what is the feature's own over to ${first}`,
      [
        "git fetch origin",
        `git rebase --onto origin/${first} origin/${branch} ${quoted(head)}`,
        `git push --force-with-lease origin ${quoted(head)}`,
      ],
    ),
  );
};

const releasedVersionIsRaised: Rule = ({ proposal: { head, base }, policy, reused }) => {
  const chain = branchChain(policy);
  const place = chain.indexOf(base);
  if (place < 1 || head !== chain[place - 1]) return [];
  return reused.map(({ project, version, releasedBy, location }) => {
    const raised = nextVersion(version);
    const branch = exampleName(policy.feature, project, raised);
    return {
      ...problem(
        "branch/version",
        `a version is released once; ${project} ${version} is in ${base} with other content (${short(releasedBy)})`,
        `raise version in ${location.file}, to ${raised} for example, by way of ${chain[0]}`,
        [
          "git fetch origin",
          `git switch --no-track -c ${quoted(branch)} origin/${chain[0]}`,
          `sed -i.bak 's/^version:.*/version: "${raised}"/' ${location.file} && rm ${location.file}.bak`,
        ],
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

/** As a shell takes it: who pushes a branch chooses its name. */
function quoted(name: string): string {
  return /^[\w./@+-]+$/.test(name) ? name : `'${name.replaceAll("'", String.raw`'\''`)}'`;
}

function edit({ number }: Proposal, base: string): string {
  return `gh pr edit${number === undefined ? "" : ` ${number}`} --base ${base}`;
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

/** `1.0.0` to `1.0.1`, `2` to `3`, `rc` to `rc-2`. */
export function nextVersion(version: string): string {
  const [, before = "", number] = /^(.*?)(\d+)$/.exec(version) ?? [];
  return number === undefined ? `${version}-2` : `${before}${Number(number) + 1}`;
}
