import "./top-bar.css";
import { troubles } from "../live/troubles.ts";
import { openPalette } from "../palette/state.ts";
import { Glyph } from "../parts/outcome.tsx";
import { catalogue, chooseLanguage, language } from "../words/language.ts";
import { addressOf, type PageName, type Route } from "./addresses.ts";
import { session } from "./session.ts";
import { chooseTheme, type Theme, theme, themes } from "./theme.ts";

const words = catalogue(
  {
    environment: "Environment",
    pages: "Pages",
    fleet: "Fleet",
    tonight: "Tonight",
    plan: "Plan",
    audit: "Audit",
    search: "Search or do",
    language: "Português",
    readOnly: "read only",
    theme: { system: "Theme: as the system", light: "Theme: light", dark: "Theme: dark" },
  },
  {
    environment: "Ambiente",
    pages: "Páginas",
    fleet: "Frota",
    tonight: "Esta noite",
    plan: "Plano",
    audit: "Auditoria",
    search: "Buscar ou fazer",
    language: "English",
    readOnly: "só leitura",
    theme: { system: "Tema: do sistema", light: "Tema: claro", dark: "Tema: escuro" },
  },
);

const pages = ["fleet", "tonight", "plan", "audit"] as const satisfies readonly PageName[];

/** Where am I, in which environment, and where else is there to go. */
export function TopBar({ route }: { readonly route: Route | undefined }) {
  const here = session.value;
  const environment = route?.environment ?? here?.defaultEnvironment;
  return (
    <header class="top noprint">
      <a class="brand" href="/">
        <span>esteira</span>
      </a>
      <nav class="environments" aria-label={words().environment}>
        {here?.environments.map(({ name }) => (
          <EnvironmentLink key={name} name={name} route={route} />
        ))}
      </nav>
      <nav class="pages" aria-label={words().pages}>
        {environment !== undefined &&
          pages.map((page) => (
            <a
              key={page}
              href={addressOf[page](environment)}
              aria-current={route?.page === page ? "page" : undefined}
            >
              {words()[page]}
            </a>
          ))}
      </nav>
      {here?.changes === false && (
        <span class="tag held push" title={here.readOnlyBecause ?? undefined}>
          <Glyph of="held" />
          {words().readOnly}
        </span>
      )}
      <button
        type="button"
        class={`button seek ${here?.changes === false ? "" : "push"}`}
        onClick={openPalette}
        aria-keyshortcuts="Control+K"
      >
        <span>{words().search}</span>
        <kbd>Ctrl K</kbd>
      </button>
      <LanguageButton />
      <ThemeButton />
    </header>
  );
}

/** The same page in another environment, as far as it has one. */
function EnvironmentLink({
  name,
  route,
}: {
  readonly name: string;
  readonly route: Route | undefined;
}) {
  const trouble = troubles.value.get(name);
  const address =
    route?.project !== undefined
      ? addressOf.project(name, route.project)
      : pages.some((page) => page === route?.page)
        ? addressOf[route?.page as (typeof pages)[number]](name)
        : addressOf.fleet(name);
  return (
    <a
      href={address}
      aria-current={route?.environment === name ? "true" : undefined}
      title={trouble?.message}
    >
      {trouble !== undefined && <Glyph of="late" alone />}
      {name}
    </a>
  );
}

function LanguageButton() {
  const other = language.value === "en" ? "pt-BR" : "en";
  return (
    <button
      type="button"
      class="button bare"
      lang={other}
      title={words().language}
      onClick={() => chooseLanguage(other)}
    >
      {other === "en" ? "EN" : "PT"}
    </button>
  );
}

const signs: Readonly<Record<Theme, string>> = { system: "◐", light: "○", dark: "●" };

function ThemeButton() {
  const at = themes.indexOf(theme.value);
  const next = themes[(at + 1) % themes.length] ?? "system";
  const label = words().theme[theme.value];
  return (
    <button
      type="button"
      class="button bare theme"
      aria-label={label}
      title={label}
      onClick={() => chooseTheme(next)}
    >
      {signs[theme.value]}
    </button>
  );
}
