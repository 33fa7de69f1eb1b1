import type { Git } from "./git.ts";

/** What there is in the repository that a remedy has to fit. */
export interface Surroundings {
  /** Names of all branches, here and on the server, with or without one here. */
  readonly branches: readonly string[];
  /** Those that are here. */
  readonly local: readonly string[];
  /** Those that the server has, by the last fetch; undefined: there is no remote `origin`. */
  readonly remote: readonly string[] | undefined;
}

/** Which branches there are, here and on the server. */
export async function surroundings(git: Git): Promise<Surroundings> {
  const listed = async (under: string, strip: number): Promise<readonly string[]> => {
    const format = `--format=%(refname:lstrip=${strip})`;
    const found = await git.run(["for-each-ref", format, under]);
    return found.ok ? found.value.split("\n").filter((name) => name !== "" && name !== "HEAD") : [];
  };
  const local = await listed("refs/heads", 2);
  const there = await listed("refs/remotes/origin", 3);
  const origin = await git.run(["remote", "get-url", "origin"]);
  return {
    branches: [...new Set([...local, ...there])],
    local,
    remote: origin.ok ? there : undefined,
  };
}
