import { addressFor } from "../../api/api.ts";
import { useDocument } from "../../api/documents.ts";
import { parameter, setParameters, withParameters } from "../../app/location.ts";
import { Shown } from "../../parts/states.tsx";
import { clock } from "../../words/format.ts";
import { runWords } from "./words.ts";

/** The history of a run as the state machine recorded it, a page at a time. */
export function Events({
  environment,
  run,
}: {
  readonly environment: string;
  readonly run: string;
}) {
  const words = runWords().events;
  const isShown = parameter("events") !== undefined;
  const cursor = parameter("events") === "all" ? undefined : parameter("events");
  const page = useDocument(
    isShown
      ? addressFor("runEvents", { env: environment, run }, { cursor, limit: 200 })
      : undefined,
    [`run:${environment}/${run}`],
  );
  return (
    <section class="section events" aria-label={words.title}>
      <header>
        <h2>{words.title}</h2>
        <span class="push" />
        <button
          type="button"
          class="textlink noprint"
          aria-expanded={isShown}
          onClick={() => setParameters({ events: isShown ? undefined : "all" })}
        >
          {isShown ? words.hide : words.show}
        </button>
      </header>
      {isShown && (
        <Shown document={page} rows={8}>
          {({ events, next }) => (
            <>
              <table>
                <thead>
                  <tr>
                    <th class="number" scope="col">
                      #
                    </th>
                    <th scope="col">{words.at}</th>
                    <th scope="col">{words.event}</th>
                    <th scope="col">{words.what}</th>
                  </tr>
                </thead>
                <tbody>
                  {events.map(({ id, type, timestamp, details }) => (
                    <tr key={id}>
                      <td class="number dim">{id}</td>
                      <td class="dim">{clock(timestamp, "second")}</td>
                      <td>{type}</td>
                      <td class="what" title={JSON.stringify(details)}>
                        {briefly(details)}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
              {next !== null && events.length === 200 && (
                <a class="link" href={withParameters({ events: next })}>
                  {words.more}
                </a>
              )}
            </>
          )}
        </Shown>
      )}
    </section>
  );
}

/** What says most of an event's details: a name, an error, a reason. */
function briefly(details: Readonly<Record<string, unknown>>): string {
  const text = ["name", "error", "cause", "resource"].flatMap((key) => {
    const value = details[key];
    return typeof value === "string" && value !== "" ? [value.slice(0, 160)] : [];
  });
  return text.join(" · ");
}
