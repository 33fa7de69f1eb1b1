import { checksOf, numberText, type StepCheck, valueText } from "../../runs/checks.ts";
import type { RunView } from "../../runs/model.ts";
import type { Style } from "./style.ts";
import { table } from "./table.ts";

/** Checks of one run that are listed; those that aren't met come first. */
const MOST = 30;

/** What the checks of a run said, with what wasn't met first. */
export function renderRunChecks(
  { steps }: RunView,
  around: { readonly style: Style; readonly width: number },
): string[] {
  const { style } = around;
  const all = checksOf(steps).toSorted((a, b) => Number(a.passed) - Number(b.passed));
  if (all.length === 0) return [];
  const shown = all.slice(0, MOST);
  const more = all.length - shown.length;
  const columns = [
    {
      title: "check",
      cell: (one: StepCheck) => `${markOf(one)} ${one.metric}`,
      paint: (text: string, one: StepCheck) => paintOf(one, style)(text),
      shrinkTo: 20,
    },
    { title: "value", align: "right" as const, cell: valueText },
    { title: "asked", cell: askedText },
    { title: "otherwise", cell: (one: StepCheck) => one.otherwise.replaceAll("_", " "), drop: 1 },
    {
      title: "step",
      cell: ({ step, item }: StepCheck) => (item === undefined ? step : `${step}[${item + 1}]`),
      drop: 2,
    },
  ];
  return [
    "",
    ...table(shown, columns, around),
    ...(more === 0 ? [] : [style.dim(`and ${more} more that are met`)]),
  ];
}

/** `✓`, `✗`, or `!` where it fails nothing. */
export function markOf({ passed, otherwise }: Pick<StepCheck, "passed" | "otherwise">): string {
  if (passed) return "✓";
  return otherwise === "fail" ? "✗" : "!";
}

/** The mark's colour. */
export function paintOf(
  { passed, otherwise }: Pick<StepCheck, "passed" | "otherwise">,
  style: Style,
): (text: string) => string {
  if (passed) return style.green;
  return otherwise === "fail" ? style.red : style.yellow;
}

/** `> -5% of 0.81: 0.7695`, or how many runs are still to come before there is a median. */
function askedText({ rule, of, median, limit, runs = 0 }: StepCheck): string {
  if (of !== "median") return rule;
  if (median === undefined || limit === undefined)
    return `${rule}, after 3 good runs (${runs} yet)`;
  return `${rule} of ${numberText(median)}: ${numberText(limit)}`;
}
