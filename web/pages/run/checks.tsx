import { Glyph, type Outcome } from "../../parts/outcome.tsx";
import type { RunDocument } from "./chosen-log.ts";
import { runWords } from "./words.ts";

type Check = RunDocument["checks"][number];

/** What checks said of the metrics that the steps left; nothing where none was asked. */
export function Checks({ about: { checks } }: { readonly about: RunDocument }) {
  const words = runWords().checks;
  if (checks.length === 0) return null;
  return (
    <section class="section checks" aria-label={words.title}>
      <header>
        <h2>{words.title}</h2>
      </header>
      <ul>
        {checks.map((check, index) => (
          <li key={index}>
            <span class={outcomeOf(check)}>
              <Glyph of={outcomeOf(check)} />
            </span>
            <span>
              {check.text}{" "}
              <small>
                {[
                  check.item === null ? check.step : `${check.step}[${check.item}]`,
                  ...(check.passed ? [] : [words.otherwise[check.otherwise]]),
                ].join(", ")}
              </small>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function outcomeOf({ passed, otherwise }: Check): Outcome {
  if (passed) return "succeeded";
  return otherwise === "fail" ? "failed" : "late";
}
