/** What holds where a config says nothing. `docs/reference/config.md` describes it. */
export const DEFAULTS = {
  timeoutSeconds: 3600,
  retries: 0,
  retry: { intervalSeconds: 60, backoffRate: 2, maxIntervalSeconds: 600 },
  cpu: 1,
  memoryGb: 2,
  gpu: 0,
  maxConcurrency: 10,
  minQuantity: 0,
  maxQuantity: 1,
  diskGb: 50,
  timezone: "UTC",
  dockerfile: "Dockerfile",
  requirementsFile: "requirements.txt",
  projects: "src/projects/*",
  // What GitHub's button and the usual update bots name their branches.
  alsoBranches: ["revert-*", "dependabot/*", "renovate/*", "pre-commit-ci-*", "snyk-*"],
  logRetentionDays: 90,
  maxRuns: 10,
  missedWithinHours: 24,
} as const;
