import type { Result } from "../../core/result.ts";
import { notFound, refused, type Failure } from "../failure.ts";
import type { Host } from "../host.ts";

type Part = "shallow" | "some-branches";

const everything = "'+refs/heads/*:refs/remotes/origin/*'";

/** A branch isn't in this clone: says how it comes there. */
export function lacksBranch(
  host: Host,
  branch: string,
  part: Part | undefined,
): Result<never, Failure> {
  const fetch = `git fetch origin ${branch}:refs/remotes/origin/${branch}`;
  return notFound(
    `this clone has no branch ${branch}`,
    inActions(host) && part !== undefined ? checkoutAll : `Fetch it: \`${fetch}\`.`,
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
