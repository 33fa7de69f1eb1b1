import { addressOf } from "../../app/addresses.ts";
import { Glyph, type Outcome } from "../../parts/outcome.tsx";
import { Help } from "../../parts/states.tsx";
import { Ago } from "../../parts/when.tsx";
import { clock } from "../../words/format.ts";
import type { Tonight } from "./lanes.ts";
import { tonightWords } from "./words.ts";

const ofReason: Readonly<Record<Tonight["waits"][number]["reason"], Outcome>> = {
  place: "waiting",
  instance: "starting",
  overlap: "waiting",
  retry: "retried",
  turn: "waiting",
};

/** What should have happened, and what waits and for what. */
export function Aside({
  environment,
  tonight: { late, waits, zone },
}: {
  readonly environment: string;
  readonly tonight: Tonight;
}) {
  const words = tonightWords();
  return (
    <aside>
      {late.length > 0 && (
        <section class="section">
          <header>
            <h2>{words.late}</h2>
            <span class="push dim">{late.length}</span>
          </header>
          <ul class="queue">
            {late.map(({ key, project, run, message, help, since }) => (
              <li key={key}>
                <span class="late">
                  <Glyph of="late" />
                </span>
                <Subject environment={environment} project={project} run={run} />
                <small>
                  <Ago at={since} />
                </small>
                <div>
                  <p>{message}</p>
                  <Help text={help} />
                </div>
              </li>
            ))}
          </ul>
        </section>
      )}
      <section class="section">
        <header>
          <h2>{words.waiting}</h2>
          {waits.length > 0 && <span class="push dim">{waits.length}</span>}
        </header>
        {waits.length === 0 && <p class="dim">{words.nothingWaits}</p>}
        <ul class="queue">
          {waits.map(({ project, run, step, reason, since, until, message }) => (
            <li key={`${project} ${run} ${step}`}>
              <span class={ofReason[reason]}>
                <Glyph of={ofReason[reason]} />
              </span>
              <Subject environment={environment} project={project} run={run} step={step} />
              <small>
                <Ago at={since} />
              </small>
              <p>
                {message}
                {until !== null && `; ${words.until} ${clock(until, "time", zone)}`}
              </p>
            </li>
          ))}
        </ul>
      </section>
    </aside>
  );
}

function Subject({
  environment,
  project,
  run,
  step = null,
}: {
  readonly environment: string;
  readonly project: string | null;
  readonly run: string | null;
  readonly step?: string | null;
}) {
  const address =
    run === null
      ? project === null
        ? addressOf.fleet(environment)
        : addressOf.project(environment, project)
      : addressOf.run(environment, run);
  return (
    <a href={address} class="cut">
      <b>{project ?? environment}</b> {step !== null && <small>{step}</small>}
    </a>
  );
}
