import { basename } from "node:path";

import { loadWorkspace } from "../../config/load.ts";
import type { Workspace } from "../../config/model.ts";
import { hasErrors } from "../../core/diagnostic.ts";
import { ok, type Result } from "../../core/result.ts";
import { openGit, type Git, type GitError } from "../../governance/git.ts";
import type { Host } from "../host.ts";
import { failed, refused, type Failure } from "../failure.ts";
import { findWorkspace, invalid, type WorkspaceFolders } from "../workspace.ts";

/** A workspace and the Git repository that it is in. */
export interface Repository {
  readonly git: Git;
  readonly root: string;
  /** Name of the workspace's folder. */
  readonly folder: string;
  /** Where the workspace is in the repository: empty, or `examples/rentcars/`. */
  readonly prefix: string;
  readonly workspace: Workspace;
  /** Folders of the projects of the working copy. */
  readonly directories: readonly string[];
  /** Where they were looked for. */
  readonly folders: WorkspaceFolders;
}

/** Opens the repository around the current folder's workspace. */
export async function openRepository(host: Host): Promise<Result<Repository, Failure>> {
  const root = await findWorkspace(host);
  if (!root.ok) return root;
  const loaded = await loadWorkspace(root.value, "local", { only: [] });
  if (hasErrors(loaded.diagnostics)) return invalid(loaded.diagnostics, "esteira.yaml has errors");
  const git = openGit(root.value);
  const prefix = await git.run(["rev-parse", "--show-prefix"]);
  if (!prefix.ok) return gitFailed(prefix.error);
  return ok({
    git,
    root: root.value,
    folder: basename(root.value),
    prefix: prefix.value,
    workspace: loaded.workspace,
    directories: loaded.projectDirectories,
    folders: loaded,
  });
}

export function gitFailed(error: GitError): Result<never, Failure> {
  switch (error.reason) {
    case "absent":
      return failed({
        exit: "unavailable",
        reason: "unavailable",
        message: "git is not installed, and branches are asked of it",
        help: "Install Git: https://git-scm.com/downloads",
      });
    case "no-repository":
      return refused(
        "this workspace is in no Git repository",
        "`git init` makes it one; a CI job checks it out first.",
      );
    case "failed":
      return failed({
        exit: "unavailable",
        reason: "unavailable",
        message: `git failed: ${error.message}`,
        ...(error.trust === undefined
          ? {}
          : { help: `The folder belongs to another user. If you trust it: \`${error.trust}\`.` }),
      });
  }
}
