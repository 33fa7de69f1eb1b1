import "./audit.css";
import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";

import type { ConsoleDocument } from "../../../src/app/documents/console.ts";
import { type Address, addressFor } from "../../api/api.ts";
import { useDocument } from "../../api/documents.ts";
import { addressOf, type Route } from "../../app/addresses.ts";
import { parameter, setParameters, withParameters } from "../../app/location.ts";
import { useKeys } from "../../keys/keys.ts";
import { Glyph } from "../../parts/outcome.tsx";
import { Empty, Shown } from "../../parts/states.tsx";
import { Moment } from "../../parts/when.tsx";
import { auditWords } from "./words.ts";

type Entry = ConsoleDocument<"audit">["entries"][number];

const filters = ["actor", "action", "project"] as const;

/** Who did what, the newest first, by person, action and project. */
export function Page({ route: { environment } }: { readonly route: Route }) {
  const words = auditWords();
  const wanted = Object.fromEntries(filters.map((name) => [name, parameter(name)]));
  const key = JSON.stringify(wanted);
  document.title = `${words.title} · ${environment} · Esteira`;
  return (
    <div class="page audit">
      <header class="title">
        <h1>{words.title}</h1>
        <span class="dim">{words.lead(environment)}</span>
        <Filters />
      </header>
      <Pages key={key} environment={environment} wanted={wanted} />
    </div>
  );
}

type Wanted = Readonly<Record<string, string | undefined>>;

function Filters() {
  const words = auditWords();
  const first = useRef<HTMLInputElement>(null);
  useKeys([{ key: "/", does: words.who, press: () => first.current?.focus() }]);
  const labels = { actor: words.who, action: words.action, project: words.project };
  const filtered = filters.some((name) => parameter(name) !== undefined);
  return (
    <span class="push filters noprint">
      {filtered && (
        <a
          class="link"
          href={withParameters({ actor: undefined, action: undefined, project: undefined })}
        >
          {words.clear}
        </a>
      )}
      {filters.map((name) => (
        <input
          key={name}
          {...(name === "actor" ? { ref: first } : {})}
          class="field"
          type="search"
          aria-label={labels[name]}
          placeholder={labels[name]}
          value={parameter(name) ?? ""}
          onInput={({ currentTarget: { value } }) => setParameters({ [name]: value })}
        />
      ))}
    </span>
  );
}

function Pages({ environment, wanted }: { readonly environment: string; readonly wanted: Wanted }) {
  // Pages that were asked for, each from the cursor of the one before.
  const cursors = useSignal<readonly string[]>([]);
  const words = auditWords();
  return (
    <table class="stack">
      <thead>
        <tr>
          <th>{words.when}</th>
          <th>{words.who}</th>
          <th>{words.action}</th>
          <th>{words.project}</th>
          <th>{words.about}</th>
        </tr>
      </thead>
      {[undefined, ...cursors.value].map((cursor, index) => (
        <Entries
          key={cursor}
          environment={environment}
          address={addressFor("audit", { env: environment }, { ...wanted, limit: 100, cursor })}
          filtered={Object.values(wanted).some((value) => value !== undefined)}
          more={
            index === cursors.value.length
              ? (next) => {
                  cursors.value = [...cursors.value, next];
                }
              : undefined
          }
        />
      ))}
    </table>
  );
}

function Entries({
  environment,
  address,
  filtered,
  more,
}: {
  readonly environment: string;
  readonly address: Address<ConsoleDocument<"audit">>;
  readonly filtered: boolean;
  readonly more: ((cursor: string) => void) | undefined;
}) {
  const audit = useDocument(address, [`fleet:${environment}`]);
  const words = auditWords();
  const { value } = audit;
  if (value === undefined || value.entries.length === 0) {
    return (
      <tbody>
        <tr class="plain" key="loading">
          <td colSpan={5}>
            <Shown document={audit} rows={12}>
              {() => <Empty title={filtered ? words.nobody : words.none} />}
            </Shown>
          </td>
        </tr>
      </tbody>
    );
  }
  const { next } = value;
  return (
    <tbody>
      {value.entries.map((entry, index) => (
        <Row key={index} environment={environment} entry={entry} />
      ))}
      {next !== null && more !== undefined && (
        <tr class="plain">
          <td colSpan={5}>
            <button type="button" class="button" onClick={() => more(next)}>
              {words.older}
            </button>
          </td>
        </tr>
      )}
    </tbody>
  );
}

function Row({ environment, entry }: { readonly environment: string; readonly entry: Entry }) {
  const { at, actor, action, project, outcome } = entry;
  const words = auditWords();
  return (
    <tr>
      <td>
        <Moment at={at} />
      </td>
      <td>
        <a class="quiet" href={withParameters({ actor })}>
          {actor}
        </a>
      </td>
      <td>
        <a class="quiet" href={withParameters({ action })}>
          <code>{action}</code>
        </a>
        {(outcome === "failed" || outcome === "interrupted") && (
          <span class={`tag ${outcome}`}>
            <Glyph of={outcome} />
            {words[outcome]}
          </span>
        )}
      </td>
      <td>
        {project !== undefined && (
          <a class="link" href={addressOf.project(environment, project)}>
            {project}
          </a>
        )}
      </td>
      <td>{about(entry)}</td>
    </tr>
  );
}

/** What is worth a word of an entry: what it was about, why it was done, why it failed. */
function about({ subject, summary, reason, error, commit }: Entry): string {
  const { changes } = auditWords();
  const counts = (["create", "update", "replace", "remove"] as const)
    .filter((name) => (summary?.[name] ?? 0) > 0)
    .map((name) => `${changes[name]} ${summary?.[name]}`);
  return [
    subject,
    counts.join(", "),
    reason,
    error,
    commit === null || commit === undefined
      ? undefined
      : `${auditWords().commit} ${commit.slice(0, 10)}`,
  ]
    .filter((part) => part !== undefined && part !== null && part !== "")
    .join(" · ");
}
