import { useSignal } from "@preact/signals";

import { addressFor, perform } from "../api/api.ts";
import { useDocument } from "../api/documents.ts";
import { Ask } from "../parts/ask.tsx";
import { Glyph } from "../parts/outcome.tsx";
import { Shown } from "../parts/states.tsx";
import { Moment } from "../parts/when.tsx";
import { catalogue } from "../words/language.ts";
import { commandLine } from "./action.ts";
import type { ActionProperties } from "./actions.tsx";
import { notAllowed } from "./allowed.ts";
import { TextField } from "./fields.tsx";
import { showOperation } from "./operation-address.ts";

const words = catalogue(
  {
    title: (project: string, environment: string) => `Backfill ${project} in ${environment}`,
    what: "A run for each time at which the schedule fires in the range, the oldest first. Times that have succeeded are left out.",
    verb: "Backfill",
    from: "First day",
    to: "Last day",
    active: "Runs at a time",
    choose: "Choose the first and the last day.",
    counts: (run: number, done: number) => `${run} to run, ${done} have succeeded or are running`,
    more: (count: number) => `and ${count} more`,
  },
  {
    title: (project: string, environment: string) => `Backfill de ${project} em ${environment}`,
    what: "Uma execução para cada disparo do agendamento no intervalo, do mais antigo ao mais novo. O que já foi concluído fica de fora.",
    verb: "Fazer backfill",
    from: "Primeiro dia",
    to: "Último dia",
    active: "Execuções simultâneas",
    choose: "Escolha o primeiro e o último dia.",
    counts: (run: number, done: number) => `${run} a rodar, ${done} já concluídas ou rodando`,
    more: (count: number) => `e mais ${count}`,
  },
);

const listed = 8;

/** Asks for the range and shows what it would start before it starts it. */
export function Backfill({ environment, action: { of: project }, close }: ActionProperties) {
  const [from, to, active] = [useSignal(""), useSignal(""), useSignal("1")];
  const ready = from.value !== "" && to.value !== "";
  const range = { from: from.value, to: to.value };
  const preview = useDocument(
    ready ? addressFor("backfillPreview", { env: environment, project }, range) : undefined,
  );
  const maxActive = Number(active.value) || 1;
  const flags = ["--from", range.from || "DAY", "--to", range.to || "DAY"];
  if (maxActive > 1) flags.push("--max-active", String(maxActive));
  return (
    <Ask
      title={words().title(project, environment)}
      verb={words().verb}
      command={commandLine(environment, "backfill", project, ...flags)}
      refused={notAllowed() ?? (ready ? undefined : words().choose)}
      perform={() => perform("backfill", { env: environment, project }, { ...range, maxActive })}
      done={showOperation}
      close={close}
    >
      <p>{words().what}</p>
      <TextField label={words().from} value={from} type="date" required />
      <TextField label={words().to} value={to} type="date" required />
      <TextField label={words().active} value={active} />
      {ready && (
        <Shown document={preview} rows={3}>
          {({ items, timezone }) => {
            const left = items.filter(({ state }) => state === "to-run");
            return (
              <div>
                <p>{words().counts(left.length, items.length - left.length)}</p>
                <ul>
                  {left.slice(0, listed).map(({ at }) => (
                    <li key={at} class="outcome due">
                      <Glyph of="due" />
                      <Moment at={at} zone={timezone} />
                    </li>
                  ))}
                </ul>
                {left.length > listed && <p class="dim">{words().more(left.length - listed)}</p>}
              </div>
            );
          }}
        </Shown>
      )}
    </Ask>
  );
}
