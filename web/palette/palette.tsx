import type { Signal } from "@preact/signals";
import { useLayoutEffect } from "preact/hooks";

import { addressFor } from "../api/api.ts";
import { useDocument } from "../api/documents.ts";
import { routeOf } from "../app/addresses.ts";
import { go, path } from "../app/location.ts";
import { environmentNamed, session } from "../app/session.ts";
import { chooseTheme, theme, themes } from "../app/theme.ts";
import { Glyph } from "../parts/outcome.tsx";
import { chooseLanguage, language } from "../words/language.ts";
import {
  actionEntries,
  type Entry,
  type Known,
  pageEntries,
  projectEntries,
  runEntries,
} from "./entries.ts";
import { markedParts, matchOf } from "./match.ts";
import { closePalette } from "./state.ts";
import { paletteWords } from "./words.ts";

interface Match {
  readonly entry: Entry;
  readonly places: readonly number[];
  readonly cost: number;
}

const most: Readonly<Record<Entry["group"], number>> = {
  projects: 6,
  actions: 9,
  runs: 5,
  pages: 6,
  settings: 4,
};

const groups: readonly Entry["group"][] = ["projects", "actions", "runs", "pages", "settings"];

/**
 * What a text finds of projects, runs, pages and everything that can be done, by name.
 *
 * @param label what the list is called
 * @param chosen which of the found has the keys, from 0
 * @param active filled with the id of what is chosen
 * @param press filled with what a key does that is pressed in the palette's field
 */
export function Found({
  label,
  text,
  chosen,
  active,
  press,
}: {
  readonly label: string;
  readonly text: string;
  readonly chosen: Signal<number>;
  readonly active: Signal<string | undefined>;
  readonly press: { current: ((event: KeyboardEvent) => void) | undefined };
}) {
  const known = useKnown();
  const { found, about } = search(known, text);
  const at = Math.min(chosen.value, Math.max(0, found.length - 1));
  const id = found.length === 0 ? undefined : `found-${at}`;
  useLayoutEffect(() => {
    active.value = id;
    document.getElementById(`found-${at}`)?.scrollIntoView({ block: "nearest" });
  }, [id]);
  const open = ({ open: target }: Entry): void => {
    closePalette();
    if (typeof target === "string") go(target);
    else target();
  };
  press.current = (event) => {
    const entry = found[at]?.entry;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      chosen.value = (at + step + found.length) % Math.max(1, found.length);
    } else if (event.key === "Enter" && entry !== undefined) {
      event.preventDefault();
      open(entry);
    } else if (event.key === "c" && event.ctrlKey && entry?.command !== undefined) {
      const field = event.target as HTMLInputElement;
      if (field.selectionStart !== field.selectionEnd) return; // what is selected is copied as always
      event.preventDefault();
      void navigator.clipboard.writeText(entry.command);
      closePalette();
    }
  };
  return (
    <>
      <div id="found" role="listbox" aria-label={label}>
        {found.map(({ entry, places }, index) => (
          <>
            {entry.group !== found[index - 1]?.entry.group && (
              <h2 key={entry.group} role="presentation">
                {headOf(entry.group, about)}
              </h2>
            )}
            <Option
              key={entry.key}
              id={`found-${index}`}
              entry={entry}
              places={places}
              chosen={index === at}
              open={() => open(entry)}
            />
          </>
        ))}
      </div>
      {found.length === 0 && <p class="nothing">{paletteWords().nothing(text)}</p>}
      <p class="unseen" role="status">
        {text === "" ? "" : paletteWords().results(found.length)}
      </p>
      <Foot />
    </>
  );
}

function Option({
  id,
  entry,
  places,
  chosen,
  open,
}: {
  readonly id: string;
  readonly entry: Entry;
  readonly places: readonly number[];
  readonly chosen: boolean;
  readonly open: () => void;
}) {
  return (
    <div id={id} role="option" aria-selected={chosen} onClick={open}>
      {entry.outcome === undefined ? (
        <span class="sign" aria-hidden="true">
          {entry.group === "actions" ? "▸" : "→"}
        </span>
      ) : (
        <Glyph of={entry.outcome} alone />
      )}
      <span class="cut">
        {markedParts(entry.title, places).map(({ text, found }) => (found ? <u>{text}</u> : text))}{" "}
        <small>{entry.hint}</small>
      </span>
      {entry.command !== undefined && <code class="cut">{entry.command}</code>}
    </div>
  );
}

function Foot() {
  const { choose, open, copy, close } = paletteWords().keys;
  return (
    <footer>
      <p class="keys">
        <span>
          <kbd>↑</kbd>
          <kbd>↓</kbd> {choose}
        </span>
        <span>
          <kbd>Enter</kbd> {open}
        </span>
        <span>
          <kbd>Ctrl</kbd>
          <kbd>C</kbd> {copy}
        </span>
        <span>
          <kbd>Esc</kbd> {close}
        </span>
      </p>
    </footer>
  );
}

function headOf(group: Entry["group"], { project, environment }: Known): string {
  if (group !== "actions") return paletteWords().groups[group];
  return project === undefined
    ? paletteWords().in(environment)
    : paletteWords().on(project, environment);
}

/** What the palette searches: the fleet and the newest runs, and what the page is about. */
function useKnown(): Known {
  const route = routeOf(path.value);
  const environment = route?.environment ?? session.value?.defaultEnvironment ?? "";
  const there = environmentNamed(environment) === undefined ? undefined : environment;
  const env = { env: environment };
  const fleet = useDocument(there === undefined ? undefined : addressFor("fleet", env)).value;
  const runs = useDocument(
    there === undefined ? undefined : addressFor("runs", env, { limit: 100 }),
  ).value?.runs;
  const ofRun = runs?.find(({ run }) => run === route?.run)?.project;
  return {
    environment,
    environments: session.value?.environments.map(({ name }) => name) ?? [],
    fleet,
    runs: runs ?? [],
    project: route?.project ?? ofRun,
    run: route?.run,
    rollbacks: environmentNamed(environment)?.rollbacks ?? false,
  };
}

/** The entries that a text finds, by group; without a text what fits the page. */
function search(
  known: Known,
  text: string,
): { readonly found: readonly Match[]; readonly about: Known } {
  const query = text.trim().toLowerCase();
  const projects = find(projectEntries(known), query);
  // What can be done follows the project that was found.
  const best = projects[0];
  const meant = query !== "" && best !== undefined && best.cost < 5 ? best.entry.title : undefined;
  const about: Known = meant === undefined ? known : { ...known, project: meant, run: undefined };
  const byName = find(actionEntries(about), query);
  const actions =
    byName.length > 0 || meant === undefined ? byName : find(actionEntries(about), "");
  const found: Readonly<Record<Entry["group"], readonly Match[]>> = {
    projects: query === "" ? [] : projects,
    actions,
    runs: find(runEntries(known), query),
    pages: find(pageEntries(known), query),
    settings: find(settingEntries(), query),
  };
  return { found: groups.flatMap((group) => found[group].slice(0, most[group])), about };
}

function find(entries: readonly Entry[], query: string): readonly Match[] {
  if (query === "") return entries.map((entry) => ({ entry, places: [], cost: 0 }));
  return entries
    .flatMap((entry) => {
      const match = matchOf(entry.title.toLowerCase(), query);
      if (match !== undefined) return [{ entry, ...match }];
      const inCommand = entry.command?.toLowerCase().includes(query) === true;
      return inCommand ? [{ entry, places: [], cost: 4 }] : [];
    })
    .toSorted((a, b) => a.cost - b.cost);
}

function settingEntries(): readonly Entry[] {
  const other = language.value === "en" ? "pt-BR" : "en";
  return [
    ...themes
      .filter((one) => one !== theme.value)
      .map((one) => ({
        key: `theme ${one}`,
        group: "settings" as const,
        title: paletteWords().themes[one],
        open: () => chooseTheme(one),
      })),
    {
      key: "language",
      group: "settings",
      title: paletteWords().language,
      open: () => chooseLanguage(other),
    },
  ];
}
