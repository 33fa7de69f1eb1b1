import type { Octokit } from "@octokit/rest";

import { ok, type Result } from "../../core/result.ts";
import { openGit } from "../../governance/git.ts";
import { repositoryOfRemote } from "../../governance/github-remote.ts";
import { openGitHub, type RepositoryName } from "../../governance/github.ts";
import type { Host } from "../host.ts";
import { refused, usage, type Failure } from "../failure.ts";
import { version } from "../version.ts";

/** GitHub's API, with the token that the environment has. */
export function githubOf({ environment }: Host): Result<Octokit, Failure> {
  const token = environment["GITHUB_TOKEN"] || environment["GH_TOKEN"];
  if (!token) {
    return refused(
      "there is no token for GitHub",
      "Set GITHUB_TOKEN or GH_TOKEN; in a workflow: `GITHUB_TOKEN: ${{ github.token }}`, on your machine: `export GH_TOKEN=$(gh auth token)`.",
    );
  }
  const apiUrl = environment["GITHUB_API_URL"] || "https://api.github.com";
  return ok(openGitHub({ apiUrl, token, version: version() }));
}

/** The repository that is named, else the workflow's, else that of the clone's `origin`. */
export async function repositoryNameOf(
  host: Host,
  named: string | undefined,
  folder = host.cwd,
): Promise<Result<RepositoryName, Failure>> {
  const given = named ?? (host.environment["GITHUB_REPOSITORY"] || undefined);
  const remote =
    given === undefined ? await openGit(folder).run(["remote", "get-url", "origin"]) : undefined;
  const text = given ?? (remote?.ok === true ? repositoryOfRemote(remote.value) : undefined);
  if (text === undefined) {
    return usage(
      "it isn't known which repository on GitHub this is",
      "Name it: --repo OWNER/NAME.",
    );
  }
  const [, owner, repo] = /^([\w.-]+)\/([\w.-]+)$/.exec(text) ?? [];
  if (owner === undefined || repo === undefined) {
    return usage(`${text} is not a repository`, "Write it as in --repo acme/ml.");
  }
  return ok({ owner, repo });
}
