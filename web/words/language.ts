import { signal } from "@preact/signals";

export const languages = ["en", "pt-BR"] as const;

export type Language = (typeof languages)[number];

type Entry = string | ((...values: never[]) => string);

/** Words by name; a function where something is put in, such as a number with its plural. */
interface Words {
  readonly [name: string]: Entry | Words;
}

/** The same names, with other texts. */
export type Translated<W> = {
  readonly [Name in keyof W]: W[Name] extends string
    ? string
    : W[Name] extends (...values: infer Values) => string
      ? (...values: Values) => string
      : Translated<W[Name]>;
};

const kept = "esteira.language";

/** The language that is shown. It is the viewer's, so it isn't in the address. */
export const language = signal<Language>(chosen() ?? ofBrowser());

/** Whether the viewer has chosen a language; else it is the browser's, or the workspace's. */
export const isChosen = (): boolean => chosen() !== undefined;

export function chooseLanguage(next: Language): void {
  localStorage.setItem(kept, next);
  showLanguage(next);
}

/** Shows a language without keeping it as the viewer's choice. */
export function showLanguage(next: Language): void {
  language.value = next;
  document.documentElement.lang = next;
}

/**
 * The words of a page or a part in every language: those of Portuguese must have the names of the
 * English ones, which the compiler checks.
 *
 * @returns gives the words in the language that is shown; who calls it while drawing is drawn anew
 *   when the language changes
 */
export function catalogue<const W extends Words>(en: W, pt: Translated<W>): () => Translated<W> {
  const words: Readonly<Record<Language, Translated<W>>> = {
    en: en as unknown as Translated<W>,
    "pt-BR": pt,
  };
  return () => words[language.value];
}

function chosen(): Language | undefined {
  const text = localStorage.getItem(kept);
  return languages.find((one) => one === text);
}

function ofBrowser(): Language {
  return navigator.language.toLowerCase().startsWith("pt") ? "pt-BR" : "en";
}
