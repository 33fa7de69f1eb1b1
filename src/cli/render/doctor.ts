import type { Check } from "../../platform/check.ts";
import { type DoctorCheck, sections } from "../../app/doctor/check.ts";
import type { Examination, Examined } from "../../app/doctor/examine.ts";
import { checkLines } from "./checks.ts";
import type { Style } from "./style.ts";
import { count } from "../../core/text.ts";

interface Around {
  readonly style: Style;
  readonly width: number;
}

type Finding = Pick<DoctorCheck, "outcome" | "subject" | "message" | "help">;

/**
 * Of one project everything, by the three questions; of several what is worth a look. And the sum.
 */
export function renderDoctor(
  { environment, projects }: Examination,
  subject: { readonly environment: string; readonly single: boolean },
  around: Around,
): string[] {
  const { style } = around;
  const all = projects.flatMap(({ checks }) => checks);
  const widest = Math.max(0, ...[...all, ...environment].map((check) => check.subject.length));
  const group = (title: string, checks: readonly Finding[]): string[] =>
    checks.length === 0
      ? []
      : [style.bold(title), ...checks.flatMap((check) => checkLines(check, widest, around)), ""];
  const ofAll = environment.filter(({ outcome }) => !subject.single || outcome !== "passed");
  const lines = subject.single
    ? projects.flatMap(({ project, checks }) => [
        style.bold(`${project} · ${subject.environment}`),
        "",
        ...sections.flatMap((section) =>
          group(
            section,
            checks.filter((check) => check.section === section),
          ),
        ),
      ])
    : [
        ...projects.filter((one) => !isWell(one)).flatMap((one) => briefly(one, group)),
        ...projects.filter(isWell).map(({ project }) => `${style.green("✓")} ${project}`),
        ...(projects.some(isWell) ? [""] : []),
      ];
  return [...lines, ...group(subject.environment, ofAll), sumOf([...all, ...environment], style)];
}

function isWell({ checks }: Examined): boolean {
  return checks.every(({ outcome }) => outcome === "passed");
}

function briefly(
  one: Examined,
  group: (title: string, checks: readonly Finding[]) => string[],
): string[] {
  return group(
    one.project,
    one.checks.filter(({ outcome }) => outcome !== "passed"),
  );
}

function sumOf(checks: readonly (Finding | Check)[], style: Style): string {
  const number = (outcome: Finding["outcome"]): number =>
    checks.filter((check) => check.outcome === outcome).length;
  const [failed, warnings] = [number("failed"), number("warning")];
  const warned = warnings === 0 ? "" : `, ${count(warnings, "warning")}`;
  if (failed > 0) {
    return style.red(
      `✗ ${count(failed, "thing")} to fix in ${count(checks.length, "check")}${warned}.`,
    );
  }
  return style.green(`✓ Nothing to fix: ${count(checks.length, "check")}${warned}.`);
}
