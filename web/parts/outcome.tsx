import "./outcome.css";
import { catalogue } from "../words/language.ts";
import type { Outcome } from "./outcomes.ts";

export { type Outcome, outcomeOf, outcomeOfRun } from "./outcomes.ts";

export const outcomeWords = catalogue(
  {
    succeeded: "succeeded",
    retried: "after a retry",
    failed: "failed",
    "timed-out": "timed out",
    missed: "did not start",
    late: "late",
    interrupted: "interrupted",
    running: "running",
    starting: "starting",
    waiting: "waiting",
    held: "held",
    stopped: "stopped",
    skipped: "skipped",
    due: "due",
    none: "no run",
  },
  {
    succeeded: "concluído",
    retried: "após nova tentativa",
    failed: "falhou",
    "timed-out": "excedeu o tempo",
    missed: "não iniciou",
    late: "atrasado",
    interrupted: "interrompido",
    running: "rodando",
    starting: "iniciando",
    waiting: "esperando",
    held: "suspenso",
    stopped: "parado",
    skipped: "pulado",
    due: "previsto",
    none: "sem execução",
  },
);

/**
 * The shape of an outcome.
 *
 * @param alone there is no word beside it, so that it has to say its own
 */
export function Glyph({ of, alone = false }: { readonly of: Outcome; readonly alone?: boolean }) {
  if (!alone) return <i class={`glyph ${of}`} aria-hidden="true" />;
  const word = outcomeWords()[of];
  return <i class={`glyph ${of}`} role="img" aria-label={word} title={word} />;
}

/** The shape and the word of an outcome. */
export function OutcomeWord({
  of,
  word,
}: {
  readonly of: Outcome;
  /** Another word for it, such as `failed tonight`. */
  readonly word?: string;
}) {
  return (
    <span class={`outcome ${of}`}>
      <Glyph of={of} />
      {word ?? outcomeWords()[of]}
    </span>
  );
}
