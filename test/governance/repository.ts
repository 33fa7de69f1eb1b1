import { mkdtemp, realpath, rm } from "node:fs/promises";
import { join } from "node:path";

import { execa } from "execa";
import { inject } from "vitest";

import { esteira, temporaryFolder, type Answer } from "../cli/cli.ts";
import { projectYaml, write } from "../cli/workspace.ts";

/**
 * A server's repository and a clone of it, as a team has them: `master` and `dev` with two projects
 * at version 1.0.0.
 */
export interface TeamRepository extends AsyncDisposable {
  /** The clone. */
  readonly path: string;
  /** What `git clone` takes. */
  readonly server: string;
  readonly git: (...args: string[]) => Promise<string>;
  readonly esteira: (...inputs: string[]) => Promise<Answer>;
  /** Writes files, commits them on the current branch. */
  readonly commit: (subject: string, files: Readonly<Record<string, string>>) => Promise<string>;
  /** Merges a branch as GitHub's button does, on the server. */
  readonly merge: (head: string, base: string) => Promise<void>;
  /** Another clone, beside the first. */
  readonly clone: (name: string, ...options: string[]) => Promise<string>;
}

export const gitIdentity = {
  GIT_AUTHOR_NAME: "Ana",
  GIT_AUTHOR_EMAIL: "ana@example.com",
  GIT_COMMITTER_NAME: "Ana",
  GIT_COMMITTER_EMAIL: "ana@example.com",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_NOSYSTEM: "1",
  // Each fetch and commit would start three more processes to look whether there is work.
  GIT_CONFIG_COUNT: "1",
  GIT_CONFIG_KEY_0: "maintenance.auto",
  GIT_CONFIG_VALUE_0: "false",
} as const;

export async function gitIn(cwd: string, ...args: string[]): Promise<string> {
  const { stdout } = await execa("git", args, { cwd, env: gitIdentity });
  return stdout;
}

export const workspaceYaml = `workspace: acme
environments:
  dev: &aws
    platform: aws
    account_id: "111111111111"
    region: us-east-1
    vpc_id: vpc-0123456789abcdef0
    subnet_ids: [subnet-0123456789abcdef0]
    ecr_repository: ml
  prd:
    platform: aws
    account_id: "222222222222"
    region: us-east-1
    vpc_id: vpc-0123456789abcdef0
    subnet_ids: [subnet-0123456789abcdef0]
    ecr_repository: ml
`;

export const configOf = (name: string, version = "1.0.0"): string =>
  projectYaml(name, `- { id: score, command: "python score.py" }`).replace(
    '"1.0.0"',
    `"${version}"`,
  );

/** By the folder of the repository that the workspace is in. */
const made = new Map<string, Promise<string>>();

/**
 * A server's repository and its clone, as every team begins.
 *
 * @returns the folder that both are in
 */
async function makeRepositories(within: string): Promise<string> {
  const folder = await realpath(await mkdtemp(join(inject("keptFolder"), "team-")));
  const server = join(folder, "server.git");
  const path = join(folder, "clone");
  const template = "--template="; // no samples of hooks
  await gitIn(folder, "init", "--quiet", template, "--bare", "-b", "master", server);
  await gitIn(folder, "clone", "--quiet", template, server, path);
  const git = (...args: string[]) => gitIn(path, ...args);
  await git("switch", "--quiet", "--create", "master");
  const files = {
    "esteira.yaml": workspaceYaml,
    ...projectFiles("recsys"),
    ...projectFiles("fleet-report"),
  };
  for (const [name, text] of Object.entries(files)) await write(join(path, within), name, text);
  await git("add", "--all");
  await git("commit", "--quiet", "--message", "Two projects");
  await git("push", "--quiet", "origin", "master", "master:dev");
  await git("switch", "--quiet", "--track", "--create", "dev", "origin/dev");
  return folder;
}

/**
 * Copies what is made once for a process. Each start of Git by a test costs a copy of the test's
 * process besides.
 *
 * @param within folder of the repository that the workspace is in
 */
export async function teamRepository(within = ""): Promise<TeamRepository> {
  const making = made.get(within) ?? makeRepositories(within);
  made.set(within, making);
  const from = await making;
  const folder = await temporaryFolder();
  const server = join(folder.path, "server.git");
  const path = join(folder.path, "clone");
  const script = `cp -R "$1"/. .; cd clone
git remote set-url origin "$2"; git update-index -q --refresh`;
  const words = ["-euc", script, "sh", from, server];
  await execa("sh", words, { cwd: folder.path, env: gitIdentity });
  const git = (...args: string[]) => gitIn(path, ...args);
  const root = join(path, within);
  const commit = async (subject: string, files: Readonly<Record<string, string>>) => {
    for (const [name, content] of Object.entries(files)) await write(root, name, content);
    await git("add", "--all");
    await git("commit", "--quiet", "--message", subject);
    return git("rev-parse", "HEAD");
  };
  return {
    path: root,
    server,
    git,
    commit,
    esteira: (...inputs) => esteira(root, inputs),
    async merge(head, base) {
      const work = join(folder.path, "merging");
      await gitIn(folder.path, "clone", "--quiet", "--branch", base, server, work);
      await gitIn(
        work,
        "merge",
        "--quiet",
        "--no-ff",
        "--message",
        `Merge ${head}`,
        `origin/${head}`,
      );
      await gitIn(work, "push", "--quiet", "origin", base);
      await rm(work, { recursive: true });
      await git("fetch", "--quiet", "--prune", "origin");
    },
    async clone(name, ...options) {
      await gitIn(folder.path, "clone", "--quiet", ...options, `file://${server}`, name);
      return join(folder.path, name, within);
    },
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

export function projectFiles(name: string): Readonly<Record<string, string>> {
  const folder = `src/projects/${name}`;
  return {
    [`${folder}/config.yaml`]: configOf(name),
    [`${folder}/Dockerfile`]: "FROM python:3.11-slim\n",
    [`${folder}/score.py`]: "print('scored')\n",
    [`${folder}/README.md`]: `# ${name}\n`,
    [`${folder}/.dockerignore`]: "README.md\n",
  };
}

/** Runs a command line that a message gave, as somebody types it. */
export async function typed(cwd: string, command: string): Promise<void> {
  await execa("bash", ["-euo", "pipefail", "-c", command], { cwd, env: gitIdentity });
}
