import { expect, test } from "vitest";

import { repositoryOfRemote } from "./github-remote.ts";

test.each([
  ["git@github.com:acme/ml.git", "acme/ml"],
  ["https://github.com/acme/ml", "acme/ml"],
  ["https://ana:token@github.com/acme/ml.example.git", "acme/ml.example"],
  ["ssh://git@ghe.example.com/acme/ml.git/", "acme/ml"],
  ["/srv/git/ml.git", undefined],
  ["file:///srv/acme/ml.git", undefined],
  ["https://example.com/ml.git", undefined],
])("%s is %s", (url, repository) => {
  expect(repositoryOfRemote(url)).toBe(repository);
});
