import type { ConsoleDocument } from "../../../src/app/documents/console.ts";
import { Command } from "../../parts/command.tsx";
import { outcomeOfRun } from "../../parts/outcome.tsx";
import { Help } from "../../parts/states.tsx";
import { count } from "../../words/format.ts";
import type { RunDocument } from "./chosen-log.ts";
import { runWords } from "./words.ts";

export type Comparison = ConsoleDocument<"compare-runs">;

/** Why a run failed or waits, in the words of `status`, what to type, and what had changed. */
export function Diagnosis({
  about,
  compared,
}: {
  readonly about: RunDocument;
  readonly compared: Comparison | undefined;
}) {
  const { diagnosis, remedy, steps, run } = about;
  if (diagnosis === null && remedy === null) return null;
  const words = runWords();
  const isBad = ["failed", "timed-out"].includes(outcomeOfRun(run));
  const kept = steps.filter(({ status }) => status === "succeeded").length;
  const isInHelp = remedy !== null && diagnosis?.help.includes(remedy) === true;
  return (
    <section class={`diagnosis ${isBad ? "bad" : ""}`} aria-label={words.diagnosis}>
      {diagnosis !== null && (
        <>
          <h2>{diagnosis.message}</h2>
          <code class="code">{diagnosis.code}</code>
          <Help text={diagnosis.help} />
        </>
      )}
      {isBad && about.lastGood !== null && compared === undefined && <p class="since">…</p>}
      {isBad && compared !== undefined && compared.good !== null && <Since compared={compared} />}
      {remedy !== null && !isInHelp && (
        <p class="remedy">
          <Command line={remedy} />
          {kept > 0 && <span class="dim">{words.kept(count(kept))}</span>}
        </p>
      )}
    </section>
  );
}

/** What differs from the last good run, in one sentence: the likeliest reason stands first. */
function Since({
  compared: { parameters, code, model, config },
}: {
  readonly compared: Comparison;
}) {
  const { since, changed } = runWords();
  const unset = runWords().compare.unset;
  const parts = [
    ...parameters.map(({ name, before, after }) =>
      changed.parameter(name, before ?? unset, after ?? unset),
    ),
    ...(code.changed ? [changed.code] : []),
    ...(model.before !== null && model.after !== null && model.before !== model.after
      ? [changed.model(model.before, model.after)]
      : []),
    ...(config.length > 0 ? [changed.config(count(config.length))] : []),
  ];
  const isSame = parts.length === 0;
  return (
    <p class="since">
      {since}
      {isSame ? " " : ": "}
      {isSame ? changed.nothing : <strong>{parts.join("; ")}</strong>}.
    </p>
  );
}
