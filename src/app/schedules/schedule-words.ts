import cronstrue from "cronstrue";
import "cronstrue/locales/pt_BR.js";

import type { Language } from "../../core/language.ts";
import { timeSpanText } from "../../core/time-span.ts";
import type { DeployedSchedule } from "../../platform/schedules.ts";
import type { AfterRule } from "../../schedule/after.ts";
import { parseCron } from "../../schedule/cron.ts";
import type { OnRule } from "../../schedule/on.ts";

/** A schedule as people say it, in each language; see `cronWords`. */
export type ScheduleWords = Readonly<Record<Language, string>>;

const locales = { en: "en", "pt-BR": "pt_BR" } as const satisfies Record<Language, string>;

/**
 * `Every day at 03:00`, `Todo dia às 03:00`: the same for every face of the program.
 *
 * @param cron five fields, as in `config.yaml`
 * @returns undefined for an expression that can't be put into words
 */
export function cronWords(cron: string): ScheduleWords | undefined {
  if (!parseCron(cron).ok) return undefined;
  const time = dailyAt(cron);
  if (time !== undefined) return { en: `Every day at ${time}`, "pt-BR": `Todo dia às ${time}` };
  const said = (language: Language): string =>
    cronstrue.toString(cron, { use24HourTimeFormat: true, locale: locales[language] });
  // Of `0 */6 * * *`: nobody says “at the certain hour”.
  return { en: said("en"), "pt-BR": said("pt-BR").replace(/^Na hora certa\b/, "Na hora cheia") };
}

/** Of what most schedules are. */
function dailyAt(cron: string): string | undefined {
  const [, minute = "", hour = ""] = /^(\d{1,2}) (\d{1,2}) \* \* \*$/.exec(cron) ?? [];
  return minute === "" ? undefined : `${hour.padStart(2, "0")}:${minute.padStart(2, "0")}`;
}

/**
 * All that starts a project: its clock, the runs that it follows, and data; see `cronWords`.
 *
 * @returns undefined where nothing of it can be put into words
 */
export function scheduleWords({
  cron,
  after,
  on,
}: Pick<DeployedSchedule, "cron" | "after" | "on">): ScheduleWords | undefined {
  const starts = [
    cron === undefined ? undefined : cronWords(cron),
    after && afterWords(after),
    on && onWords(on),
  ].filter((one) => one !== undefined);
  if (starts.length === 0) return undefined;
  const joined = (language: Language, or: string): string => {
    const text = starts.map((one) => one[language]).join(`, ${or} `);
    return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
  };
  return { en: joined("en", "or"), "pt-BR": joined("pt-BR", "ou") };
}

function afterWords({ projects }: AfterRule): ScheduleWords {
  return {
    en: `when ${projects.join(" and ")} succeeded`,
    "pt-BR": `quando ${projects.join(" e ")} tiverem sucesso`,
  };
}

function onWords({ source, debounceSeconds }: OnRule): ScheduleWords {
  if (debounceSeconds === undefined) {
    return { en: `when ${source} arrives`, "pt-BR": `quando ${source} chegar` };
  }
  const quiet = timeSpanText(debounceSeconds);
  return {
    en: `when ${source} arrives and nothing more has for ${quiet}`,
    "pt-BR": `quando ${source} chegar e nada mais vier por ${quiet}`,
  };
}
