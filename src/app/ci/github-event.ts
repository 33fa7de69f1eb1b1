import { readFile } from "node:fs/promises";

import type { Host } from "../host.ts";

/** The event that a GitHub workflow runs for; undefined elsewhere. */
export async function githubEvent({ environment }: Host): Promise<string | undefined> {
  const path = environment["GITHUB_EVENT_PATH"];
  if (!path) return undefined;
  try {
    return await readFile(path, "utf8");
  } catch {
    return undefined;
  }
}
