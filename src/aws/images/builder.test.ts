import { expect, test } from "vitest";

import { pushFailure } from "./builder.ts";

test("what a push ends with", () => {
  const reasons = [
    "unauthorized: authentication required",
    "denied: requested access to the resource is denied",
    "no basic auth credentials",
    "tag invalid: The image tag 'x' already exists in the 'ml' repository and cannot be overwritten because the repository is immutable.",
    "name unknown: The repository with name 'ml' does not exist in the registry with id '123456789012'",
    'Get "https://registry.example.com/v2/": http: server gave HTTP response to HTTPS client',
    "received unexpected HTTP status: 503 Service Unavailable",
  ].map((words) => pushFailure(words, "registry.example.com", "sign in").reason);
  expect(reasons).toEqual([
    "permission",
    "permission",
    "permission",
    "conflict",
    "not-found",
    "unavailable",
    "unavailable",
  ]);
});
