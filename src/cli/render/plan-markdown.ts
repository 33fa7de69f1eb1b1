import type { Plan, ProjectPlan } from "../../platform/plan.ts";
import { fenced, plainText } from "./markdown.ts";
import { renderPlan, renderTotals } from "./plan.ts";
import { styleFor } from "./style.ts";
import { count } from "../../core/text.ts";

/** Columns that GitHub shows of code without scrolling, about. */
const width = 110;
const plain = styleFor(false);

/** What is said in place of a plan that there isn't. */
export interface NoPlan {
  readonly environment: string;
  readonly message: string;
  readonly help: string | undefined;
  /** As they are shown in a terminal. */
  readonly details: readonly string[];
}

/**
 * A plan as Markdown: the totals, then each project that changes, folded. What doesn't fit is
 * counted.
 *
 * @param most characters
 */
export function planMarkdown(plan: Plan, most: number): string {
  const totals = renderTotals(plan, plain);
  const quiet = plan.projects.filter((project) => summaryOf(project) === undefined);
  const loud = plan.projects
    .filter((project) => summaryOf(project) !== undefined)
    // What prevents it is what a comment that is too long must not lose.
    .toSorted((a, b) => Number(b.blocked !== undefined) - Number(a.blocked !== undefined));
  const lines = [`### ${totals.replace(/ for (\S+):/, " for `$1`:").replace(/\.$/, "")}`, ""];
  let left = most - lines.join("\n").length - 400;
  let shown = 0;
  for (const project of loud) {
    const block = [...folded(plan, project), ""].join("\n");
    if (block.length + 1 > left) break;
    left -= block.length + 1;
    lines.push(block);
    shown += 1;
  }
  if (shown < loud.length) {
    const names = loud.slice(shown).map(({ project }) => `\`${project}\``);
    const some = names.slice(0, 10).join(", ");
    lines.push(
      `${count(names.length, "project")} more, too long for here: ${some}${names.length > 10 ? ", …" : ""}. \`esteira plan -e ${plan.environment}\` shows them.`,
      "",
    );
  }
  if (quiet.length > 0 && loud.length > 0) {
    lines.push(`Nothing to change in ${count(quiet.length, "other project")}.`, "");
  }
  return lines.join("\n").trimEnd();
}

export function noPlanMarkdown({ environment, message, help, details }: NoPlan): string {
  return [
    `### ✗ No plan for \`${environment}\``,
    "",
    plainText(message),
    ...(help === undefined ? [] : ["", plainText(help)]),
    ...(details.length === 0 ? [] : ["", ...fenced("", details)]),
  ].join("\n");
}

/** `2 to create, 1 to update`; undefined where nothing changes and nothing is to be said. */
function summaryOf({ changes, hold, warnings, blocked }: ProjectPlan): string | undefined {
  if (hold !== undefined) return "held";
  if (blocked !== undefined) return "✗ can't be deployed";
  const number = (action: string): number =>
    changes.filter((change) => change.action === action).length;
  const parts = (["create", "update", "replace", "remove"] as const).flatMap((action) =>
    number(action) === 0 ? [] : [`${number(action)} to ${action}`],
  );
  if (changes.some(({ drift }) => drift)) parts.push("changed by somebody else");
  if (parts.length > 0) return parts.join(", ");
  return warnings.length > 0 ? count(warnings.length, "warning") : undefined;
}

function folded(plan: Plan, project: ProjectPlan): string[] {
  const alone = renderPlan({ ...plan, projects: [project] }, { style: plain, width });
  // Without the project's name, which is the summary, and without the totals.
  const body = alone.slice(1, -2).map(asDifference);
  return [
    `<details><summary><b>${project.project}</b>: ${summaryOf(project) ?? ""}</summary>`,
    "",
    ...fenced("diff", body),
    "",
    "</details>",
  ];
}

/**
 * Our marks where `diff` has them, so that GitHub colours them: `+`, `-`, and `!` for what is
 * changed.
 */
function asDifference(line: string): string {
  const [, mark = "", rest = ""] = /^ {2}([+~±!-]) (.*)$/.exec(line) ?? [];
  if (mark === "") return line;
  return `${mark === "~" || mark === "±" ? "!" : mark} ${rest}`;
}
