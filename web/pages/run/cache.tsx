import { addressOf } from "../../app/addresses.ts";
import { withParameters } from "../../app/location.ts";
import { Glyph } from "../../parts/outcome.tsx";
import { count } from "../../words/format.ts";
import type { RunDocument } from "./chosen-log.ts";
import { runWords } from "./words.ts";

type Cached = RunDocument["cached"][number];
type Missed = Cached["missed"][number];

/** What steps with `cache` found there: from which run they were taken, and why items weren't. */
export function Cache({
  environment,
  about: { cached },
}: {
  readonly environment: string;
  readonly about: RunDocument;
}) {
  if (cached.length === 0) return null;
  const words = runWords().cache;
  return (
    <section class="section cached" aria-label={words.title}>
      <header>
        <h2>{words.title}</h2>
      </header>
      <ul>
        {cached.map((one) => (
          <Step key={one.step} environment={environment} of={one} />
        ))}
      </ul>
    </section>
  );
}

function Step({
  environment,
  of: { step, items, taken, from, missed, more },
}: {
  readonly environment: string;
  readonly of: Cached;
}) {
  const words = runWords().cache;
  return (
    <>
      {taken > 0 && (
        <li>
          <span class="succeeded">
            <Glyph of="succeeded" />
          </span>
          <span>
            {items === null
              ? words.taken(step)
              : words.takenItems(step, count(taken), count(items))}{" "}
            {from.map((run) => (
              <a key={run} class="link" href={addressOf.run(environment, run)}>
                <code>{run}</code>{" "}
              </a>
            ))}
          </span>
        </li>
      )}
      {missed.map((reason) => (
        <li key={reason.text}>
          <span class="skipped">
            <Glyph of="skipped" />
          </span>
          <span>
            {words.missed(step)} {reason.text}
            {items !== null && <Items step={step} of={reason} />}
          </span>
        </li>
      ))}
      {more > 0 && <li class="dim">{words.more(count(more))}</li>}
    </>
  );
}

/** Which items it is said of; each leads to its row and its log. */
function Items({ step, of: { items, more } }: { readonly step: string; readonly of: Missed }) {
  const words = runWords().cache;
  return (
    <small>
      {" "}
      {words.items(items.length + more)}{" "}
      {items.map((item, index) => (
        <span key={item}>
          {index > 0 && ", "}
          <a
            class="link"
            href={withParameters({ open: step, step, item: String(item), try: undefined })}
          >
            {item}
          </a>
        </span>
      ))}
      {more > 0 && ` ${words.further(count(more))}`}
    </small>
  );
}
