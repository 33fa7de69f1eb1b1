import type { Result } from "../../core/result.ts";
import { nearest } from "../../config/suggest.ts";
import { quoted } from "../../governance/branch-remedies.ts";
import type { Git } from "../../governance/git.ts";
import { surroundings } from "../../governance/surroundings.ts";
import { notFound, refused, type Failure } from "../failure.ts";
import type { Host } from "../host.ts";

type Part = "shallow" | "some-branches";

const everything = "'+refs/heads/*:refs/remotes/origin/*'";

/**
 * A branch isn't in this clone: says how it comes there, or that it is nowhere and which one may be
 * meant.
 *
 * @param chain the branches that deploy
 */
export async function lacksBranch(
  host: Host,
  git: Git,
  branch: string,
  part: Part | undefined,
  chain: readonly string[],
): Promise<Result<never, Failure>> {
  const { branches, local, remote } = await surroundings(git);
  const asked =
    remote === undefined
      ? undefined
      : await git.run(["ls-remote", "--heads", "origin", `refs/heads/${branch}`]);
  // A server that gives no answer may have it.
  const fetchable = asked !== undefined && (!asked.ok || asked.value !== "");
  if (fetchable) {
    const fetch = `git fetch origin ${quoted(branch)}:refs/remotes/origin/${quoted(branch)}`;
    return notFound(
      `this clone has no branch ${branch}`,
      inActions(host) && part !== undefined ? checkoutAll : `Fetch it: \`${fetch}\`.`,
    );
  }
  const where =
    remote === undefined
      ? `there is no branch ${branch}, and no remote \`origin\` that may have it`
      : `neither this clone nor its server has a branch ${branch}`;
  if (chain.includes(branch)) {
    const from = chain.findLast((one) => branches.includes(one));
    if (from === undefined) {
      return notFound(
        where,
        "Make it at the commit that it starts from: `git branch NAME COMMIT`.",
      );
    }
    const make = `git branch ${quoted(branch)} ${quoted(local.includes(from) ? from : `origin/${from}`)}`;
    const push = remote === undefined ? "" : ` and \`git push -u origin ${quoted(branch)}\``;
    return notFound(
      where,
      `Make it: \`${make}\`${push}; or name another under branches in esteira.yaml.`,
    );
  }
  const near = nearest(branch, branches);
  return notFound(
    where,
    near === undefined
      ? `Name one that is there: ${branches.toSorted().slice(0, 12).join(", ")}.`
      : `Did you mean ${near}?`,
  );
}

/** The clone has a part of the history only: says how the rest comes there. */
export function lacksHistory(host: Host, part: Part): Result<never, Failure> {
  const [what, how] =
    part === "shallow"
      ? ["only the newest commits", `git fetch --unshallow origin ${everything}`]
      : ["only some branches", `git config remote.origin.fetch ${everything} && git fetch origin`];
  return refused(
    `this clone has ${what}; its history says where a branch started and what was released`,
    inActions(host) ? checkoutAll : `Fetch the rest: \`${how}\`.`,
  );
}

const checkoutAll =
  "Check out all of it: `fetch-depth: 0` in the workflow, under `with:` of actions/checkout.";

function inActions({ environment }: Host): boolean {
  return environment["GITHUB_ACTIONS"] === "true";
}
