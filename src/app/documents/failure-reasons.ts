/** Why something could not be done: stable words for programs, in `reason` of a problem. */
export const failureReasons = [
  "not-found",
  "not-deployed",
  "conflict",
  "refused",
  "unavailable",
  "permission",
  "invalid",
  "limit",
  "corrupt",
  "interrupted",
  "failed",
] as const;
