import "./tonight.css";
import { addressFor } from "../../api/api.ts";
import { useDocument } from "../../api/documents.ts";
import type { Route } from "../../app/addresses.ts";
import { setParameters, withParameters } from "../../app/location.ts";
import { useKeys } from "../../keys/keys.ts";
import { type Outcome, OutcomeWord } from "../../parts/outcome.tsx";
import { Empty, Shown } from "../../parts/states.tsx";
import { clock, span } from "../../words/format.ts";
import { Aside } from "./aside.tsx";
import { Lanes } from "./lanes-view.tsx";
import { lanesOf, type Lane, type Tonight } from "./lanes.ts";
import { isCut, pan, shownHours, zoom } from "./view.ts";
import { tonightWords } from "./words.ts";

const documentOf = ({ environment }: Route) => addressFor("tonight", { env: environment });

export const firstDocument = (route: Route): string => documentOf(route);

/** Twelve hours back and ahead: what is late, what waits and for what, what is due. */
export function Page({ route }: { readonly route: Route }) {
  const { environment } = route;
  const tonight = useDocument(documentOf(route), [`fleet:${environment}`]);
  const words = tonightWords();
  document.title = `${words.title} · ${environment} · Esteira`;
  return (
    <div class="page tonight">
      <Shown document={tonight} rows={20}>
        {(value) => <Night environment={environment} tonight={value} />}
      </Shown>
    </div>
  );
}

function Night({
  environment,
  tonight,
}: {
  readonly environment: string;
  readonly tonight: Tonight;
}) {
  const words = tonightWords();
  const lanes = lanesOf(tonight);
  useKeys([
    { key: "+", does: words.closer, press: () => zoom(tonight, true) },
    { key: "=", press: () => zoom(tonight, true) },
    { key: "-", does: words.farther, press: () => zoom(tonight, false) },
    { key: "ArrowLeft", does: words.earlier, press: () => pan(tonight, -1) },
    { key: "ArrowRight", does: words.later, press: () => pan(tonight, 1) },
    {
      key: "0",
      does: words.whole,
      press: () => setParameters({ hours: undefined, mid: undefined }),
    },
    { key: "c", does: words.cut, press: () => setParameters({ cut: isCut() ? undefined : "1" }) },
  ]);
  return (
    <>
      <header class="title">
        <h1>{words.title}</h1>
        <Counts lanes={lanes} />
        <span class="push dim">
          {clock(tonight.at, "moment", tonight.zone)} <small>{tonight.zone}</small>
        </span>
      </header>
      <div class="both">
        <div>
          <Tools tonight={tonight} />
          {lanes.length === 0 ? (
            <Empty title={words.nothing} />
          ) : (
            <Lanes environment={environment} tonight={tonight} lanes={lanes} />
          )}
          {tonight.more && <p class="dim">{words.more}</p>}
        </div>
        <Aside environment={environment} tonight={tonight} />
      </div>
    </>
  );
}

const counted: readonly (readonly [
  "failed" | "late" | "running" | "waiting" | "succeeded" | "due",
  readonly Outcome[],
])[] = [
  ["failed", ["failed", "timed-out", "interrupted"]],
  ["late", ["late", "missed"]],
  ["running", ["running"]],
  ["waiting", ["waiting"]],
  ["succeeded", ["succeeded"]],
  ["due", ["due"]],
];

function Counts({ lanes }: { readonly lanes: readonly Lane[] }) {
  return (
    <p class="counts">
      {counted.map(([name, outcomes]) => {
        const count = lanes.filter(({ outcome }) => outcomes.includes(outcome)).length;
        if (count === 0) return null;
        return <OutcomeWord key={name} of={name} word={tonightWords().counts[name](count)} />;
      })}
    </p>
  );
}

function Tools({ tonight }: { readonly tonight: Tonight }) {
  const words = tonightWords();
  const hours = shownHours();
  return (
    <p class="zoom noprint">
      <button
        type="button"
        class="button"
        aria-label={words.farther}
        title={`${words.farther} (-)`}
        disabled={hours === 24}
        onClick={() => zoom(tonight, false)}
      >
        −
      </button>
      <button
        type="button"
        class="button"
        aria-label={words.closer}
        title={`${words.closer} (+)`}
        disabled={hours === 1}
        onClick={() => zoom(tonight, true)}
      >
        +
      </button>
      <span class="dim" role="status">
        {words.hours(span(hours * 3_600_000))}
      </span>
      {hours < 24 && (
        <>
          <button
            type="button"
            class="button bare"
            aria-label={words.earlier}
            onClick={() => pan(tonight, -1)}
          >
            ←
          </button>
          <button
            type="button"
            class="button bare"
            aria-label={words.later}
            onClick={() => pan(tonight, 1)}
          >
            →
          </button>
          <a class="link" href={withParameters({ hours: undefined, mid: undefined })}>
            {words.whole}
          </a>
        </>
      )}
      <label class="push check">
        <input
          type="checkbox"
          checked={isCut()}
          onChange={({ currentTarget: { checked } }) =>
            setParameters({ cut: checked ? "1" : undefined })
          }
        />
        {words.cut}
      </label>
    </p>
  );
}
