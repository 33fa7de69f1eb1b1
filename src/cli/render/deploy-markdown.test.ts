import { expect, test } from "vitest";

import { deployMarkdown } from "./deploy-markdown.ts";

const finished = (project: string, outcome: "changed" | "failed", durationMs: number) =>
  [project, { startedAt: 0, doing: "", output: [], finished: { outcome, durationMs } }] as const;

test("what failed comes first, with what to do about it", () => {
  const markdown = deployMarkdown(
    { environment: "prd" },
    {
      projects: [
        { project: "churn", outcome: "unchanged" },
        { project: "fleet", outcome: "held" },
        { project: "price", outcome: "changed" },
        {
          project: "recsys",
          outcome: "failed",
          error: {
            reason: "refused",
            message: "version 1.0.0 of recsys exists in the registry of prd",
            help: "raise `version` in config.yaml",
          },
        },
      ],
    },
    {
      versions: new Map([
        ["churn", "1.0.0"],
        ["price", "2.0|0"],
        ["recsys", "1.0.0"],
      ]),
      progress: new Map([finished("price", "changed", 61_000), finished("recsys", "failed", 900)]),
      tookMs: 62_000,
    },
  );
  expect(markdown)
    .toBe(`### ✗ Deploy to \`prd\`: 1 failed, 1 deployed, 1 held, 1 unchanged in 1m 02s

| project | version | outcome | took |
| --- | --- | --- | ---: |
| \`recsys\` | 1.0.0 | ✗ failed | 0.9s |
| \`price\` | 2.0\\|0 | ✓ deployed | 1m 01s |
| \`fleet\` |  | ! held |  |
| \`churn\` | 1.0.0 | = unchanged |  |

**\`recsys\`**: version 1.0.0 of recsys exists in the registry of prd

> raise \\\`version\\\` in config.yaml`);
});

test("hundreds that stay as they are are counted", () => {
  const projects = Array.from({ length: 300 }, (_, index) => ({
    project: `p${index}`,
    outcome: "unchanged" as const,
  }));
  const around = { versions: new Map(), progress: new Map(), tookMs: 0 };
  expect(deployMarkdown({ environment: "dev" }, { projects }, around)).toBe(
    "### ✓ Deploy to `dev`: 300 unchanged in 0.0s\n\nNothing to change in 300 projects.",
  );
});
