import { Glyph, type Outcome } from "../../parts/outcome.tsx";
import { Ago } from "../../parts/when.tsx";
import { JsonTree } from "../artifacts/json-tree.tsx";
import type { RunDocument } from "./chosen-log.ts";
import { runWords } from "./words.ts";

/** What a run was given, what came of it, and who is notified of its end. */
export function Details({ about }: { readonly about: RunDocument }) {
  const words = runWords().details;
  const { parameters, input, output, error, cause, deliveries } = about;
  const given = Object.entries(parameters);
  return (
    <section class="section details" aria-label={words.title}>
      <header>
        <h2>{words.title}</h2>
      </header>
      <h3>{words.parameters}</h3>
      {given.length === 0 ? (
        <p class="dim">{words.none}</p>
      ) : (
        <dl class="pairs">
          {given.map(([name, value]) => (
            <div key={name}>
              <dt>
                <code>{name}</code>
              </dt>
              <dd>
                <code>{value}</code>
              </dd>
            </div>
          ))}
        </dl>
      )}
      <h3>{words.reported}</h3>
      {deliveries.length === 0 ? (
        <p class="dim">{words.nobody}</p>
      ) : (
        <ul>
          {deliveries.map((delivery) => (
            <Delivery key={delivery.recipient} of={delivery} />
          ))}
        </ul>
      )}
      {error !== null && (
        <>
          <h3>{words.error}</h3>
          <p>
            <code>{error}</code>
          </p>
          {cause !== null && cause !== "" && <pre class="cause">{cause}</pre>}
        </>
      )}
      <JsonTree label={words.input} value={input} />
      {output !== null && output !== undefined && <JsonTree label={words.output} value={output} />}
    </section>
  );
}

type DeliveryDocument = RunDocument["deliveries"][number];

const outcomes: Readonly<Record<DeliveryDocument["state"], Outcome>> = {
  waiting: "waiting",
  sent: "succeeded",
  failed: "failed",
  untold: "skipped",
};

function Delivery({
  of: { recipient, state, sentAt, nextTry, error },
}: {
  readonly of: DeliveryDocument;
}) {
  const words = runWords().details;
  return (
    <li class="delivery">
      <span class={outcomes[state]}>
        <Glyph of={outcomes[state]} />
      </span>
      <span>{recipient}</span>
      <small>
        {words.states[state]}
        {sentAt !== null && (
          <>
            {" "}
            <Ago at={sentAt} />
          </>
        )}
        {nextTry !== null && state !== "sent" && (
          <>
            , {words.next} <Ago at={nextTry} />
          </>
        )}
      </small>
      {error !== null && <small>{error}</small>}
    </li>
  );
}
