import { useEffect } from "preact/hooks";

import { Actions } from "../actions/actions.tsx";
import { DoneLine } from "../actions/done-line.tsx";
import { connected } from "../live/changes.ts";
import { PaletteOpener } from "../palette/opener.tsx";
import { Empty, Trouble } from "../parts/states.tsx";
import { catalogue } from "../words/language.ts";
import { addressOf, type Route, routeOf } from "./addresses.ts";
import { Keys } from "./help.tsx";
import { go, path } from "./location.ts";
import { pageNamed } from "./pages.ts";
import { environmentNamed, session, sessionProblem } from "./session.ts";
import { TopBar } from "./top-bar.tsx";

const words = catalogue(
  {
    content: "Skip to the page",
    nowhere: "There is no page at this address",
    home: "To the fleet",
    noEnvironment: (name: string) => `The workspace has no environment ${name}`,
    has: "It has",
    unloaded: "This page could not be loaded: the console was updated, or its server is gone",
    again: "Load it again",
    lost: "The connection is lost; what is shown may be old. Trying again…",
  },
  {
    content: "Ir para a página",
    nowhere: "Não há página neste endereço",
    home: "Ir para a frota",
    noEnvironment: (name: string) => `O workspace não tem o ambiente ${name}`,
    has: "Ele tem",
    unloaded:
      "Esta página não pôde ser carregada: o console foi atualizado, ou seu servidor não responde",
    again: "Carregar de novo",
    lost: "A conexão caiu; o que aparece pode estar antigo. Tentando de novo…",
  },
);

/** The whole console: the bar at the top and the page that the address names. */
export function Shell() {
  const route = routeOf(path.value);
  return (
    <>
      <a class="skip" href="#page" onClick={skip}>
        {words().content}
      </a>
      <TopBar route={route} />
      {connected.value === false && (
        <p class="lost noprint" role="status">
          {words().lost}
        </p>
      )}
      <main id="page" tabIndex={-1}>
        <Content route={route} />
      </main>
      <Actions />
      <DoneLine />
      <PaletteOpener />
      <Keys />
    </>
  );
}

function Content({ route }: { readonly route: Route | undefined }) {
  const here = session.value;
  useEffect(() => {
    if (here !== undefined && path.value === "/") {
      go(addressOf.fleet(here.defaultEnvironment), "replace");
    }
  }, [here, path.value]);
  if (sessionProblem.value !== undefined) {
    return (
      <div class="page">
        <Trouble problem={sessionProblem.value} />
      </div>
    );
  }
  if (here === undefined) return null;
  if (route === undefined) return path.value === "/" ? null : <Nowhere />;
  if (environmentNamed(route.environment) === undefined) {
    return <NoEnvironment name={route.environment} />;
  }
  const page = pageNamed(route.page);
  if (page === null) return <Unloaded />;
  if (page === undefined) return null;
  // What a page keeps is of one project or run.
  const key = [route.page, route.environment, route.project, route.run].join(" ");
  return <page.Page key={key} route={route} />;
}

function Nowhere() {
  return (
    <div class="page">
      <h1 class="unseen">Esteira</h1>
      <Empty title={words().nowhere}>
        <a class="link" href="/">
          {words().home}
        </a>
      </Empty>
    </div>
  );
}

function NoEnvironment({ name }: { readonly name: string }) {
  return (
    <div class="page">
      <h1 class="unseen">Esteira</h1>
      <Empty title={words().noEnvironment(name)}>
        {words().has}{" "}
        {session.value?.environments.map((one) => (
          <>
            <a class="link" href={addressOf.fleet(one.name)}>
              {one.name}
            </a>{" "}
          </>
        ))}
      </Empty>
    </div>
  );
}

function Unloaded() {
  return (
    <div class="page">
      <Empty title={words().unloaded}>
        <button type="button" class="textlink" onClick={() => location.reload()}>
          {words().again}
        </button>
      </Empty>
    </div>
  );
}

function skip(event: MouseEvent): void {
  event.preventDefault();
  document.querySelector("main")?.focus();
}
