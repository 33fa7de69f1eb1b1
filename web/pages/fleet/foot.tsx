import { Glyph, type Outcome, outcomeWords } from "../../parts/outcome.tsx";
import { fleetWords } from "./words.ts";

const shown: readonly Outcome[] = [
  "succeeded",
  "failed",
  "timed-out",
  "late",
  "interrupted",
  "running",
  "stopped",
  "skipped",
];

/** The keys, and what the shapes mean. */
export function Foot() {
  const words = fleetWords();
  return (
    <footer class="foot noprint">
      <p class="keys">
        <span>
          <kbd>j</kbd>
          <kbd>k</kbd> {words.move}
        </span>
        <span>
          <kbd>Enter</kbd> {words.open}
        </span>
        <span>
          <kbd>/</kbd> {words.search}
        </span>
        <span>
          <kbd>g</kbd> {words.group.toLowerCase()}
        </span>
        <span>
          <kbd>?</kbd> {words.allKeys}
        </span>
      </p>
      <p class="legend">
        {shown.map((outcome) => (
          <span key={outcome} class={outcome}>
            <Glyph of={outcome} />
            {outcomeWords()[outcome]}
          </span>
        ))}
      </p>
    </footer>
  );
}
