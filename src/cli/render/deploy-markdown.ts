import type { Plan } from "../../platform/plan.ts";
import type { ApplySummary } from "../../platform/port.ts";
import type { Progress } from "./apply.ts";
import { plainText } from "./markdown.ts";
import { count } from "../../core/text.ts";
import { duration } from "./time.ts";

const words = {
  changed: "✓ deployed",
  unchanged: "= unchanged",
  held: "! held",
  failed: "✗ failed",
} as const;

/** So many projects that stayed as they are have a line each. */
const shownUnchanged = 20;

/**
 * How a deploy went, as the table of a job's summary: what failed first, and what to do about it
 * below.
 */
export function deployMarkdown(
  plan: Pick<Plan, "environment">,
  summary: ApplySummary,
  around: {
    /** Of each project. */
    readonly versions: ReadonlyMap<string, string>;
    readonly progress: Progress;
    readonly tookMs: number;
  },
): string {
  const { projects } = summary;
  const order = ["failed", "changed", "held", "unchanged"] as const;
  const number = (outcome: (typeof order)[number]): number =>
    projects.filter((project) => project.outcome === outcome).length;
  const fold = number("unchanged") > shownUnchanged;
  const shown = order.flatMap((outcome) =>
    fold && outcome === "unchanged"
      ? []
      : projects.filter((project) => project.outcome === outcome),
  );
  const counts = order
    .filter((outcome) => number(outcome) > 0)
    .map((outcome) => `${number(outcome)} ${outcome === "changed" ? "deployed" : outcome}`)
    .join(", ");
  const failures = projects.filter(({ outcome }) => outcome === "failed");
  return [
    `### ${failures.length === 0 ? "✓" : "✗"} Deploy to \`${plan.environment}\`: ${counts || "nothing to do"} in ${duration(around.tookMs)}`,
    ...(shown.length === 0
      ? []
      : ["", "| project | version | outcome | took |", "| --- | --- | --- | ---: |"]),
    ...shown.map(({ project, outcome }) => {
      const took = around.progress.get(project)?.finished?.durationMs;
      return `| \`${project}\` | ${plainText(around.versions.get(project) ?? "")} | ${words[outcome]} | ${took === undefined ? "" : duration(took)} |`;
    }),
    ...(fold
      ? [
          "",
          `Nothing to change in ${count(number("unchanged"), shown.length === 0 ? "project" : "other project")}.`,
        ]
      : []),
    ...failures.flatMap(({ project, error }) => [
      "",
      `**\`${project}\`**: ${plainText(error?.message ?? "no reason given")}`,
      ...(error?.help === undefined ? [] : ["", `> ${plainText(error.help)}`]),
    ]),
  ].join("\n");
}
