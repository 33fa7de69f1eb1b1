/**
 * `owner/name` of a remote on GitHub, in any of Git's spellings; undefined for what has none.
 *
 * @param url `git@github.com:acme/ml.git`, `https://github.com/acme/ml`,
 *   `ssh://git@ghe.example.com/acme/ml.git`
 */
export function repositoryOfRemote(url: string): string | undefined {
  const [, repository] =
    /^(?:(?:https?|ssh|git):\/\/[^/]+\/|[\w.-]+@[\w.-]+:)([\w.-]+\/[\w.-]+?)(?:\.git)?\/?$/.exec(
      url.trim(),
    ) ?? [];
  return repository;
}
