import { addressOf } from "../../app/addresses.ts";
import { Glyph, outcomeOfRun, outcomeWords } from "../../parts/outcome.tsx";
import { clock, duration } from "../../words/format.ts";
import { datesOf, splitText } from "./chart-texts.ts";
import type { DurationRun, Series } from "./series.ts";

/**
 * A bar a run, its steps on top of each other, and its shape over those that failed. Bars are links
 * to their runs: one of them is reached by Tab, the others by the arrow keys.
 */
export function DurationChart({
  environment,
  runs,
  series,
  label,
}: {
  readonly environment: string;
  readonly runs: readonly DurationRun[];
  readonly series: readonly Series[];
  readonly label: string;
}) {
  const sums = runs.map((_, run) =>
    series.reduce((sum, { values }) => sum + (values[run] ?? 0), 0),
  );
  const highest = Math.max(1, ...sums) * 1.06;
  const height = (milliseconds: number): string =>
    `${((100 * milliseconds) / highest).toFixed(2)}%`;
  return (
    <div class="chart">
      {splitsOf(highest).map((split) => (
        <span key={split} class="split" style={{ "--h": height(split) }} aria-hidden="true">
          <small>{splitText(split, highest)}</small>
        </span>
      ))}
      <ol aria-label={label} onKeyDown={walk}>
        {runs.map((run, index) => {
          const outcome = outcomeOfRun(run);
          const took = duration((run.endedAt ?? Date.now()) - run.startedAt);
          const text = `${clock(run.startedAt, "moment")}: ${outcomeWords()[outcome]}, ${took}`;
          return (
            <li key={run.run}>
              <a
                href={addressOf.run(environment, run.run)}
                aria-label={text}
                title={text}
                tabIndex={index === runs.length - 1 ? 0 : -1}
              >
                {outcome !== "succeeded" && (
                  <span class={outcome}>
                    <Glyph of={outcome} />
                  </span>
                )}
                {series.toReversed().map(({ name, colour, values }) => (
                  <i
                    key={name}
                    style={{ "--h": height(values[index] ?? 0), "--c": `var(${colour})` }}
                  />
                ))}
              </a>
            </li>
          );
        })}
      </ol>
      <p class="days" style={{ "--n": runs.length }} aria-hidden="true">
        {datesOf(runs).map((text, index) => (
          <small key={index}>{text}</small>
        ))}
      </p>
    </div>
  );
}

/** The arrow keys go from bar to bar. */
function walk(event: KeyboardEvent & { readonly currentTarget: HTMLElement }): void {
  const step = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity }[event.key];
  if (step === undefined) return;
  event.preventDefault();
  const bars = [...event.currentTarget.querySelectorAll("a")];
  const at = bars.findIndex((bar) => bar === document.activeElement);
  bars[Math.min(bars.length - 1, Math.max(0, at + step))]?.focus();
}

/** Two or three round values of the axis, in milliseconds. */
function splitsOf(highest: number): readonly number[] {
  const seconds = [1, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_200, 1_800, 3_600, 7_200];
  const steps = [...seconds, 10_800, 21_600, 43_200].map((one) => one * 1_000);
  const step = steps.find((one) => highest / one <= 3.2) ?? 86_400_000;
  return Array.from({ length: Math.floor(highest / step) + 1 }, (_, index) => index * step);
}
