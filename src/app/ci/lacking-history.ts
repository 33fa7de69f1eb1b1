import type { Result } from "../../core/result.ts";
import { nearest } from "../../config/suggest.ts";
import { quoted } from "../../governance/branch-remedies.ts";
import { commitOf, type Git } from "../../governance/git.ts";
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
  const remote = await git.run(["remote", "get-url", "origin"]);
  const asked = remote.ok
    ? await git.run(["ls-remote", "--heads", "origin", `refs/heads/${branch}`])
    : undefined;
  // A server that gives no answer may have it.
  const fetchable = asked !== undefined && (!asked.ok || asked.value !== "");
  if (fetchable) {
    const fetch = `git fetch origin ${quoted(branch)}:refs/remotes/origin/${quoted(branch)}`;
    return notFound(
      `this clone has no branch ${branch}`,
      inActions(host) && part !== undefined ? checkoutAll : `Fetch it: \`${fetch}\`.`,
    );
  }
  const where = remote.ok
    ? `neither this clone nor its server has a branch ${branch}`
    : `there is no branch ${branch}, and no remote \`origin\` that may have it`;
  const listed = await git.run([
    "for-each-ref",
    "--format=%(refname)",
    "refs/heads",
    "refs/remotes/origin",
  ]);
  const names = new Set(
    (listed.ok ? listed.value : "")
      .split("\n")
      .map((ref) => ref.replace(/^refs\/(heads|remotes\/origin)\//, ""))
      .filter((name) => name !== "" && name !== "HEAD"),
  );
  if (chain.includes(branch)) {
    const from = chain.findLast((one) => names.has(one));
    return notFound(
      where,
      from === undefined
        ? "Make it at the commit that it starts from: `git branch NAME COMMIT`."
        : `Make it: \`git branch ${quoted(branch)} ${await refHere(git, from)}\`${remote.ok ? ` and \`git push -u origin ${quoted(branch)}\`` : ""}; or name another under branches in esteira.yaml.`,
    );
  }
  const near = nearest(branch, names);
  return notFound(
    where,
    near === undefined
      ? `Name one that is there: ${[...names].toSorted().slice(0, 12).join(", ")}.`
      : `Did you mean ${near}?`,
  );
}

async function refHere(git: Git, branch: string): Promise<string> {
  const here = await commitOf(git, `refs/heads/${branch}`);
  return quoted(here === undefined ? `origin/${branch}` : branch);
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
