import { useRef } from "preact/hooks";

import { minute } from "../../app/clock.ts";
import { parameter, setParameters, withParameters } from "../../app/location.ts";
import { useKeys } from "../../keys/keys.ts";
import { OutcomeWord } from "../../parts/outcome.tsx";
import { clock } from "../../words/format.ts";
import { type Fleet, type Tally, tally } from "./groups.ts";
import { fleetWords } from "./words.ts";

/** The filter, the grouping and how many are in which state. */
export function Tools({ fleet }: { readonly fleet: Fleet | undefined }) {
  const field = useRef<HTMLInputElement>(null);
  useKeys([
    {
      key: "/",
      does: fleetWords().search,
      press: () => {
        field.current?.focus();
        field.current?.select();
      },
    },
  ]);
  const by = parameter("by") === "owner" ? "owner" : "state";
  return (
    <div class="tools">
      <input
        ref={field}
        class="field"
        type="search"
        placeholder={fleetWords().filter}
        aria-label={fleetWords().filter}
        value={parameter("q") ?? ""}
        onInput={({ currentTarget: { value } }) => setParameters({ q: value, at: undefined })}
        onKeyDown={(event) => {
          if (event.key === "Escape") {
            setParameters({ q: undefined });
            event.currentTarget.blur();
          }
          if (event.key === "Enter" || event.key === "ArrowDown") {
            event.preventDefault();
            document.querySelector<HTMLElement>(".fleet .row .cover")?.focus();
          }
        }}
      />
      <span class="choice noprint" role="group" aria-label={fleetWords().group}>
        <a
          href={withParameters({ by: undefined })}
          aria-current={by === "state" ? "true" : undefined}
        >
          {fleetWords().state}
        </a>
        <a
          href={withParameters({ by: "owner" })}
          aria-current={by === "owner" ? "true" : undefined}
        >
          {fleetWords().owner}
        </a>
      </span>
      {fleet !== undefined && <AllStates fleet={fleet} />}
      {fleet !== undefined && (
        <p class="dim push wide">
          {clock(minute.value, "moment", fleet.zone)} <small>{fleet.zone}</small>
        </p>
      )}
    </div>
  );
}

function AllStates({ fleet }: { readonly fleet: Fleet }) {
  const found = tally(fleet.projects);
  return (
    <p class="tally" role="status">
      <NotWell of={found} />
      <span>{fleetWords().well(found.well)}</span>
    </p>
  );
}

/** How many projects need a person, and how many are under way. */
export function NotWell({ of: { need, under } }: { readonly of: Tally }) {
  return (
    <>
      {need > 0 && <OutcomeWord of="failed" word={fleetWords().needYou(need)} />}
      {under > 0 && <span>{fleetWords().underWay(under)}</span>}
    </>
  );
}
