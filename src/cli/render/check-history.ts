import { byMetric, type CheckedMetric, type CheckedRun } from "../../app/runs/check-history.ts";
import { suggestion } from "../../app/names.ts";
import { checkSentence, type CheckResult, valueText } from "../../runs/checks.ts";
import { markOf, paintOf } from "./run-checks.ts";
import type { Surroundings } from "./run.ts";
import { table } from "./table.ts";
import { wrap } from "./text.ts";
import { dateTime } from "./time.ts";

/** Runs that a line has bars of. */
const BARS = 14;
/** What wasn't met is said of the last so many. */
const SAID = 5;

/** The checks of a project over its runs: what `checks` shows. */
export function renderChecks(
  history: readonly CheckedRun[],
  environment: string,
  around: Surroundings,
): string[] {
  const { style } = around;
  const metrics = byMetric(history);
  const columns = [
    {
      title: "check",
      cell: ({ metric, last }: CheckedMetric) => `${markOf(last)} ${metric}`,
      paint: (text: string, { last }: CheckedMetric) => paintOf(last, style)(text),
      shrinkTo: 20,
    },
    { title: "asked", cell: ({ rule }: CheckedMetric) => rule },
    { title: "last runs", cell: ({ runs }: CheckedMetric) => bars(runs.slice(-BARS)) },
    { title: "last", align: "right" as const, cell: ({ last }: CheckedMetric) => valueText(last) },
    { title: "not met", align: "right" as const, cell: unmetText },
    {
      title: "step",
      cell: ({ step, item }: CheckedMetric) => (item === undefined ? step : `${step} (${item})`),
      drop: 1,
    },
  ];
  return [...table(metrics, columns, around), ...renderUnmet(history, environment, around)];
}

/** The last runs whose checks weren't met, with what was asked of them. */
function renderUnmet(
  history: readonly CheckedRun[],
  environment: string,
  around: Surroundings,
): string[] {
  const { style, width, offset } = around;
  const unmet = history
    .flatMap(({ run, at, checks }) => checks.map((check) => ({ run, at, check })))
    .filter(({ check }) => !check.passed)
    .slice(-SAID)
    .toReversed();
  const [newest] = unmet;
  if (newest === undefined) return [];
  return [
    "",
    ...unmet.flatMap(({ at, check }) =>
      wrap(`${dateTime(at, offset)}  ${checkSentence(check)}`, width - 2).map((line, index) =>
        index === 0 ? `${paintOf(check, style)(markOf(check))} ${line}` : `  ${line}`,
      ),
    ),
    `  ${style.dim("$")} ${suggestion(environment, "status", newest.run)}`,
  ];
}

const LEVELS = "▁▂▃▄▅▆▇█";

/** `▅▆▅×▇`: the values that met the check between the least and the most of them; `×`: not met. */
export function bars(runs: readonly { readonly check: CheckResult }[]): string {
  const values = runs.flatMap(({ check: { value, passed } }) => (passed ? (value ?? []) : []));
  const least = Math.min(...values);
  const range = Math.max(...values) - least;
  return runs
    .map(({ check: { value, passed } }) => {
      if (!passed || value === undefined) return "×";
      const share = range === 0 ? 0.5 : (value - least) / range;
      return LEVELS[Math.round(share * (LEVELS.length - 1))] ?? "";
    })
    .join("");
}

function unmetText({ runs }: CheckedMetric): string {
  const count = runs.filter(({ check }) => !check.passed).length;
  return count === 0 ? "" : `${count} of ${runs.length}`;
}
