import type { Check } from "../../platform/check.ts";
import type { Style } from "./style.ts";
import { pad, wrap } from "./text.ts";
import { count } from "../../core/text.ts";

const marks = { passed: "✓", warning: "!", failed: "✗" } as const;

/** The checklist of `verify`: what concerns the environment, then each project, and the sum. */
export function renderChecks(
  checks: readonly Check[],
  environment: string,
  around: { readonly style: Style; readonly width: number },
): string[] {
  const { style } = around;
  const subjects = Math.max(0, ...checks.map(({ subject }) => subject.length));
  const groups = [...Map.groupBy(checks, ({ project }) => project)].toSorted(
    ([a], [b]) => Number(a !== undefined) - Number(b !== undefined),
  );
  const lines = groups.flatMap(([project, found]) => [
    style.bold(project ?? environment),
    ...found.flatMap((check) => checkLines(check, subjects, around)),
    "",
  ]);
  const number = (outcome: Check["outcome"]): number =>
    checks.filter((check) => check.outcome === outcome).length;
  const [failed, warnings] = [number("failed"), number("warning")];
  const warned = warnings === 0 ? "" : `, ${count(warnings, "warning")}`;
  const sum =
    failed === 0
      ? style.green(
          `✓ ${environment} has what it takes: ${count(checks.length, "check")}${warned}.`,
        )
      : style.red(`✗ ${failed} of ${count(checks.length, "check")} failed${warned}.`);
  return [...lines, sum];
}

/** One line with its mark, and what to do below it. */
export function checkLines(
  { outcome, subject, message, help }: Pick<Check, "outcome" | "subject" | "message" | "help">,
  subjects: number,
  { style, width }: { readonly style: Style; readonly width: number },
): string[] {
  const paint = { passed: style.green, warning: style.yellow, failed: style.red }[outcome];
  const indent = " ".repeat(subjects + 6);
  const room = Math.max(20, width - indent.length);
  const [first = "", ...rest] = wrap(message, room);
  const remedy = outcome === "passed" || help === undefined ? [] : wrap(help, room - 2);
  return [
    `  ${paint(marks[outcome])} ${pad(subject, subjects)}  ${first}`,
    ...rest.map((line) => `${indent}${line}`),
    ...remedy.map((line, index) => `${indent}${style.dim(`${index === 0 ? "→" : " "} ${line}`)}`),
  ];
}
