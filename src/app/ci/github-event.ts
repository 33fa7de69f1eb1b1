import { readFile } from "node:fs/promises";

import type { CliContext } from "../../cli/terminal/context.ts";

/** The event that a GitHub workflow runs for; undefined elsewhere. */
export async function githubEvent({ environment }: CliContext): Promise<string | undefined> {
  const path = environment["GITHUB_EVENT_PATH"];
  if (!path) return undefined;
  try {
    return await readFile(path, "utf8");
  } catch {
    return undefined;
  }
}
