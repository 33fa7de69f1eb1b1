import { useEffect } from "preact/hooks";

import type { ConsoleDocument } from "../../src/app/documents/console.ts";
import { addressFor } from "../api/api.ts";
import { refreshShown, useDocument } from "../api/documents.ts";
import { parameter, setParameters } from "../app/location.ts";
import { Command } from "../parts/command.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { OutcomeWord, outcomeOf } from "../parts/outcome.tsx";
import { LoadingRows, Trouble } from "../parts/states.tsx";
import { Moment, Took } from "../parts/when.tsx";
import { catalogue } from "../words/language.ts";

type OperationDocument = ConsoleDocument<"operation">;

const words = catalogue(
  {
    deploy: "Deploy",
    rollback: "Rollback",
    backfill: "Backfill",
    all: "every project",
    close: "Close",
    continues: "It continues when this is closed.",
  },
  {
    deploy: "Deploy",
    rollback: "Reversão",
    backfill: "Backfill",
    all: "todos os projetos",
    close: "Fechar",
    continues: "Continua quando isto é fechado.",
  },
);

/** What the address names as `operation`, over whatever page is shown. */
export function Operations() {
  const id = parameter("operation");
  if (id === undefined) return null;
  return <Operation key={id} id={id} />;
}

function Operation({ id }: { readonly id: string }) {
  const { value, problem } = useDocument(addressFor("operation", { operation: id }), [
    `operation:${id}`,
  ]);
  const ended = value !== undefined && value.state !== "running";
  useEffect(() => {
    if (ended) refreshShown();
  }, [ended]);
  const close = (): void => setParameters({ operation: undefined });
  const title = value === undefined ? "…" : titleOf(value);
  return (
    <Dialog label={title} kind="ask" close={close}>
      <div class="operation">
        <h2>{title}</h2>
        {problem !== undefined && <Trouble problem={problem} />}
        {value === undefined ? (
          problem === undefined && <LoadingRows rows={4} />
        ) : (
          <State of={value} />
        )}
      </div>
      <footer>
        {value !== undefined && <Command line={value.command} />}
        <span class="push">
          <button type="button" class="button main" onClick={close}>
            {words().close}
          </button>
        </span>
      </footer>
    </Dialog>
  );
}

function titleOf({ kind, projects, environment }: OperationDocument): string {
  const what = projects.length === 0 ? words().all : projects.join(", ");
  return `${words()[kind]}: ${what}, ${environment}`;
}

function State({ of }: { readonly of: OperationDocument }) {
  const { state, startedAt, endedAt, lines, problem } = of;
  return (
    <>
      <p class="facts">
        <OutcomeWord of={outcomeOf(state)} />
        <span>
          <Took from={startedAt} to={endedAt} />
        </span>
        <span>{of.actor}</span>
        {state === "running" && <span class="dim">{words().continues}</span>}
      </p>
      {problem !== null && <Trouble problem={{ ...problem, help: problem.help }} />}
      {lines.length > 0 && (
        <ol class="lines" tabIndex={0} aria-label={words()[of.kind]}>
          {lines.map(({ at, text }, index) => (
            <li key={index}>
              <Moment at={at} style="time" />
              <span>{text}</span>
            </li>
          ))}
        </ol>
      )}
    </>
  );
}
