import { second } from "../../app/clock.ts";
import { Command } from "../../parts/command.tsx";
import { Moment } from "../../parts/when.tsx";
import type { RunDocument } from "./chosen-log.ts";
import { runWords } from "./words.ts";

/** Failed steps whose places are kept, until when, and how to enter them; nothing afterwards. */
export function Hold({ about: { hold } }: { readonly about: RunDocument }) {
  if (hold === null || hold.until <= second.value) return null;
  const words = runWords().hold;
  const names = hold.steps.map(({ step, item }) => (item === null ? step : `${step}[${item}]`));
  return (
    <section class="section places" aria-label={words.title}>
      <header>
        <h2>{words.title}</h2>
      </header>
      <p>
        {words.left(names.join(", "), names.length)} <Moment at={hold.until} />
      </p>
      {hold.commands.map((line) => (
        <p key={line}>
          <Command line={line} />
        </p>
      ))}
    </section>
  );
}
