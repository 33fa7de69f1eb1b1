import { minute } from "../../app/clock.ts";
import { Glyph } from "../../parts/outcome.tsx";
import { Ago, Moment } from "../../parts/when.tsx";
import { clock, relative } from "../../words/format.ts";
import { language } from "../../words/language.ts";
import type { ProjectDocument } from "./about.ts";
import { projectWords } from "./words.ts";

const ownZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** The schedule in words, and its next fires by its own clock and the viewer's. */
export function Schedule({ about: { schedule } }: { readonly about: ProjectDocument }) {
  const words = projectWords();
  if (schedule === null) {
    return (
      <section class="section">
        <header>
          <h2>{words.schedule}</h2>
        </header>
        <p class="dim">{words.noSchedule}</p>
      </section>
    );
  }
  const { cron, expression, timezone, hold, disabledBy, overlap } = schedule;
  const said = language.value === "pt-BR" ? schedule.wordsInPortuguese : schedule.words;
  const elsewhere = ownZone() !== timezone;
  return (
    <section class="section">
      <header>
        <h2>{words.schedule}</h2>
        <code class="push dim">{cron ?? expression}</code>
      </header>
      <p class="say">{said ?? expression}</p>
      <p class="dim">
        {words.inZone(timezone)}
        {elsewhere && words.besideIn(ownZone())}
      </p>
      {disabledBy !== null && (
        <p class="held tagline">
          <Glyph of="held" />{" "}
          <span>
            {hold === null ? (
              words.notFiring[disabledBy]
            ) : (
              <>
                {words.disabledBy(hold.actor, "")} <Ago at={hold.at} />
                {hold.reason !== null && `: ${hold.reason}`}
              </>
            )}
          </span>
        </p>
      )}
      <ol class="fires">
        {(schedule.next ?? []).slice(0, 3).map(({ at }) => (
          <li key={at}>
            <Moment at={at} zone={timezone} />
            <span class="push dim">
              {elsewhere ? clock(at, "time", ownZone()) : ""} {relative(at, minute.value)}
            </span>
          </li>
        ))}
      </ol>
      <p class="dim after">
        {words.overlap[overlap]} {schedule.deadline !== null && words.deadline(schedule.deadline)}
      </p>
    </section>
  );
}
