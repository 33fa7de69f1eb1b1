import "./outcome.css";
import { catalogue } from "../words/language.ts";

/**
 * How something went or is. Each is a shape and a colour (`outcome.css`) and a word, never a colour
 * alone.
 */
export type Outcome =
  | "succeeded"
  | "retried"
  | "failed"
  | "timed-out"
  | "missed"
  | "late"
  | "interrupted"
  | "running"
  | "starting"
  | "waiting"
  | "held"
  | "stopped"
  | "skipped"
  | "due"
  | "none";

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

/** A run's state as AWS Step Functions names it, with what else is known of it. */
interface RunState {
  readonly status: string;
  readonly skipped?: boolean;
  readonly interrupted?: boolean;
}

const ofStatus: Readonly<Record<string, Outcome>> = {
  RUNNING: "running",
  SUCCEEDED: "succeeded",
  FAILED: "failed",
  TIMED_OUT: "timed-out",
  ABORTED: "stopped",
  PENDING_REDRIVE: "waiting",
  // Steps, attempts and nights.
  running: "running",
  succeeded: "succeeded",
  failed: "failed",
  timed_out: "timed-out",
  aborted: "stopped",
  skipped: "skipped",
  pending: "none",
  scheduled: "starting",
  waiting: "waiting",
  interrupted: "interrupted",
};

/** The outcome of a run. */
export function outcomeOfRun({ status, skipped, interrupted }: RunState): Outcome {
  if (skipped === true) return "skipped";
  if (interrupted === true) return "interrupted";
  return outcomeOf(status);
}

/** The outcome that a state of a run, a step, an attempt or a night is shown as. */
export function outcomeOf(status: string): Outcome {
  return ofStatus[status] ?? "none";
}

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
