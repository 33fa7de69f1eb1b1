import { minute } from "../../app/clock.ts";
import { nightLabel } from "./night-label.ts";
import { relative } from "../../words/format.ts";
import type { Fleet } from "./groups.ts";
import { fleetWords } from "./words.ts";

/** The heads of the columns; that of the models says how old the oldest observation is. */
export function Heads({ fleet }: { readonly fleet: Fleet }) {
  const seen = fleet.projects.flatMap(({ model, drift }) =>
    [model?.observedAt, drift?.observedAt].filter((at) => at !== undefined),
  );
  const age = seen.length === 0 ? undefined : relative(Math.min(...seen), minute.value);
  const words = fleetWords();
  return (
    <div class="heads" role="row">
      <span role="columnheader">
        <span class="unseen">{words.state}</span>
      </span>
      <span role="columnheader">{words.project}</span>
      <span role="columnheader" class="days">
        <span class="unseen">{words.nights}</span>
        {fleet.nights.map(({ date, to }, index) => (
          <span key={date} aria-hidden="true">
            {nightLabel(to, fleet.nights.length - 1 - index, fleet.zone)}
          </span>
        ))}
      </span>
      <span role="columnheader" class="took">
        {words.last}
      </span>
      <span role="columnheader">{words.version}</span>
      <span role="columnheader">{words.next}</span>
      <span role="columnheader">{words.model}</span>
      <span role="columnheader" class="cut">
        {words.flags}
      </span>
      <span role="columnheader" class="seen">
        {words.why}
        {age !== undefined && (
          <small title={words.observed(age)}>
            {words.model}, {words.flags.toLowerCase()}: {words.oldest(age)}
          </small>
        )}
      </span>
    </div>
  );
}
