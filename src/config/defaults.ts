/** What holds where a config says nothing. `docs/reference/config.md` tells people. */
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
  logRetentionDays: 90,
} as const;
