import { execFile } from "node:child_process";

import { err, ok, type Result } from "../core/result.ts";

/** A Git repository, asked and never changed. */
export interface Git {
  /**
   * Runs `git` and gives what it wrote, without the line break at the end; the error is its own
   * words.
   *
   * @param environment variables beside this process's
   */
  run(
    args: readonly string[],
    environment?: Readonly<Record<string, string>>,
  ): Promise<Result<string, GitError>>;
}

export interface GitError {
  /** `absent`: there is no `git`; `no-repository`: the folder is in none. */
  readonly reason: "absent" | "no-repository" | "failed";
  readonly message: string;
  /** What makes Git trust a folder that belongs to another user, as checkouts of containers do. */
  readonly trust?: string;
}

/** Bytes of output that are taken: lists of files of large repositories. */
const mostOutput = 256 * 1024 * 1024;

export function openGit(cwd: string): Git {
  return {
    run: (args, environment = {}) =>
      new Promise((resolve) => {
        // Its words in English, whatever the machine speaks; nobody to ask for a password; no lock
        // taken by looking.
        const env = {
          ...process.env,
          LC_ALL: "C",
          GIT_TERMINAL_PROMPT: "0",
          GIT_OPTIONAL_LOCKS: "0",
          ...environment,
        };
        const options = { cwd, env, maxBuffer: mostOutput, encoding: "utf8" } as const;
        execFile("git", [...args], options, (error, stdout, stderr) => {
          if (error === null) return resolve(ok(stdout.replace(/\n$/, "")));
          if ((error as NodeJS.ErrnoException).code === "ENOENT") {
            return resolve(err({ reason: "absent", message: "git is not installed" }));
          }
          return resolve(err(gitError(stderr, error.message)));
        });
      }),
  };
}

function gitError(stderr: string, otherwise: string): GitError {
  const lines = stderr.trim().split("\n");
  const words = lines.find((line) => /^(fatal|error): /.test(line)) ?? lines.at(-1) ?? "";
  const message = words.replace(/^(fatal|error): /, "") || otherwise;
  const reason = /not a git repository/.test(stderr) ? "no-repository" : "failed";
  const trust = lines.find((line) => line.trim().startsWith("git config --global --add safe."));
  return { reason, message, ...(trust === undefined ? {} : { trust: trust.trim() }) };
}

/** The commit that a name means; undefined when there is none. */
export async function commitOf(git: Git, name: string): Promise<string | undefined> {
  const found = await git.run(["rev-parse", "--verify", "--quiet", `${name}^{commit}`]);
  return found.ok ? found.value : undefined;
}

/** A branch's newest commit: as the server has it by the last fetch, else as it is here. */
export async function branchTip(git: Git, branch: string): Promise<string | undefined> {
  return (
    (await commitOf(git, `refs/remotes/origin/${branch}`)) ??
    (await commitOf(git, `refs/heads/${branch}`))
  );
}

/** What a clone doesn't have of its repository's history. */
export async function clonedInPart(git: Git): Promise<"shallow" | "some-branches" | undefined> {
  const shallow = await git.run(["rev-parse", "--is-shallow-repository"]);
  if (shallow.ok && shallow.value === "true") return "shallow";
  const fetched = await git.run(["config", "--get-all", "remote.origin.fetch"]);
  // Without a remote nothing is anywhere else.
  if (!fetched.ok || fetched.value === "") return undefined;
  return /refs\/heads\/\*:/.test(fetched.value) ? undefined : "some-branches";
}
