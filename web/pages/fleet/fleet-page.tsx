import "./fleet.css";
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks";

import { addressFor } from "../../api/api.ts";
import { useDocument } from "../../api/documents.ts";
import type { Route } from "../../app/addresses.ts";
import { go, parameter, setParameters, withParameters } from "../../app/location.ts";
import { narrow } from "../../app/screen.ts";
import { useKeys } from "../../keys/keys.ts";
import { noteTrouble } from "../../live/troubles.ts";
import { outcomeWords } from "../../parts/outcome.tsx";
import { Rows } from "../../parts/rows.tsx";
import { Empty, LoadingRows, Trouble } from "../../parts/states.tsx";
import { Foot } from "./foot.tsx";
import {
  type Fleet,
  type FleetRow,
  type GroupBy,
  type Line,
  linesOf,
  matching,
  nearest,
} from "./groups.ts";
import { Heads } from "./heads.tsx";
import { addressOfRow, outcomeOfRow, Row } from "./row.tsx";
import { NotWell, Tools } from "./tools.tsx";
import { fleetWords } from "./words.ts";

const documentOf = ({ environment }: Route) => addressFor("fleet", { env: environment });

export const firstDocument = (route: Route): string => documentOf(route);

const groupBy = (): GroupBy => (parameter("by") === "owner" ? "owner" : "state");

/** Every project of an environment with its last 14 nights: who needs me, and why? */
export function Page({ route }: { readonly route: Route }) {
  const { environment } = route;
  const { value, problem, at } = useDocument(documentOf(route), [`fleet:${environment}`]);
  useEffect(() => noteTrouble(environment, problem), [environment, problem]);
  document.title = `${fleetWords().title} · ${environment} · Esteira`;
  if (value === undefined) {
    return (
      <div class="fleet">
        <h1 class="unseen">{fleetWords().title}</h1>
        <Tools fleet={undefined} />
        <div class="bodies">
          {problem === undefined ? (
            <LoadingRows rows={24} height={24} />
          ) : (
            <Trouble problem={problem} />
          )}
        </div>
      </div>
    );
  }
  return (
    <div class="fleet">
      <h1 class="unseen">{fleetWords().title}</h1>
      {value.projects.length === 0 ? (
        <NewWorkspace />
      ) : (
        <>
          <Tools fleet={value} />
          {problem !== undefined && (
            <div class="bodies">
              <Trouble problem={problem} since={at} />
            </div>
          )}
          <Projects environment={environment} fleet={value} />
          <Foot />
        </>
      )}
    </div>
  );
}

/** What a new workspace sees; nobody else loads it. */
function NewWorkspace() {
  const loaded = useSignal<typeof import("./first-project.tsx") | undefined>(undefined);
  useEffect(() => {
    void import("./first-project.tsx").then((module) => {
      loaded.value = module;
    });
  }, []);
  return loaded.value === undefined ? null : <loaded.value.FirstProject />;
}

/** A row as it was drawn. */
interface Drawn {
  readonly row: FleetRow;
  readonly chosen: boolean;
  readonly entry: ComponentChildren;
}

const wideHeight = (line: Line): number => (line.kind === "group" ? 26 : 24);
const narrowHeight = (line: Line): number => (line.kind === "group" ? 32 : 62);

function Projects({ environment, fleet }: { readonly environment: string; readonly fleet: Fleet }) {
  const text = parameter("q") ?? "";
  const by = groupBy();
  const { groups } = fleetWords();
  const { lines, projects } = useMemo(() => {
    const found = matching(fleet.projects, text, (row) => outcomeWords()[outcomeOfRow(row)]);
    const sorted = linesOf(found, by, (group) => groups[group]);
    return {
      lines: sorted,
      projects: sorted.flatMap((line) => (line.kind === "project" ? [line.row] : [])),
    };
  }, [fleet.projects, text, by, groups]);
  const at = parameter("at");
  const chosen = projects.findIndex(({ project }) => project === at);
  const table = useRef<HTMLDivElement>(null);
  const moved = useRef(false);

  const choose = (index: number): void => {
    const row = projects[Math.min(projects.length - 1, Math.max(0, index))];
    if (row === undefined) return;
    moved.current = true;
    setParameters({ at: row.project });
  };
  // At once: Enter opens what has the focus, and must not open the row of before.
  useLayoutEffect(() => {
    if (!moved.current || at === undefined) return;
    moved.current = false;
    focusRow(table.current, at);
  }, [at]);
  useKeys([
    { key: "j", does: fleetWords().down, press: () => choose(chosen + 1) },
    { key: "k", does: fleetWords().up, press: () => choose(chosen - 1) },
    { key: "ArrowDown", press: () => choose(chosen + 1) },
    { key: "ArrowUp", press: () => choose(chosen - 1) },
    { key: "Home", press: () => choose(0) },
    { key: "End", press: () => choose(projects.length - 1) },
    {
      key: "Enter",
      does: fleetWords().open,
      press: () => {
        const row = projects[Math.max(0, chosen)];
        if (row !== undefined) go(addressOfRow(environment, row));
      },
    },
    {
      key: "g",
      does: fleetWords().regroup,
      press: () => setParameters({ by: by === "state" ? "owner" : undefined }, "push"),
    },
  ]);

  // A row that was drawn is the same until it changes: Preact then leaves it alone.
  const known = useMemo(() => new Map<string, Drawn>(), [environment, fleet.zone]);
  const draw = (row: FleetRow, chosen: boolean): ComponentChildren => {
    const before = known.get(row.project);
    if (before?.row === row && before.chosen === chosen) return before.entry;
    const entry = <Row environment={environment} row={row} zone={fleet.zone} chosen={chosen} />;
    known.set(row.project, { row, chosen, entry });
    return entry;
  };

  if (projects.length === 0) return <NoMatch environment={environment} fleet={fleet} text={text} />;
  const index = lines.findIndex((line) => line.key === at);
  return (
    <div
      class="bodies"
      role="table"
      ref={table}
      aria-label={fleetWords().title}
      aria-rowcount={projects.length + 1}
    >
      <Heads fleet={fleet} />
      <Rows
        rows={lines}
        keyOf={keyOf}
        heightOf={narrow.value ? narrowHeight : wideHeight}
        measured={narrow.value}
        chosen={index === -1 ? undefined : index}
        covered={narrow.value ? 0 : 90}
      >
        {(line) =>
          line.kind === "group" ? (
            <div class="group" role="row">
              <span role="cell" aria-colspan={9}>
                <b>{line.name}</b> {line.count}
                {line.tally !== undefined && <NotWell of={line.tally} />}
              </span>
            </div>
          ) : (
            draw(line.row, line.row.project === at)
          )
        }
      </Rows>
    </div>
  );
}

const keyOf = ({ key }: Line): string => key;

/** The row may be drawn a moment later, when the page has scrolled to it. */
function focusRow(table: HTMLElement | null, project: string, tries = 5): void {
  const link = table?.querySelector(`[data-project="${CSS.escape(project)}"]`);
  if (link instanceof HTMLElement) link.focus({ preventScroll: true });
  else if (tries > 0) requestAnimationFrame(() => focusRow(table, project, tries - 1));
}

function NoMatch({
  environment,
  fleet,
  text,
}: {
  readonly environment: string;
  readonly fleet: Fleet;
  readonly text: string;
}) {
  const names = fleet.projects.map(({ project }) => project);
  const meant = nearest(names, text);
  return (
    <div class="bodies">
      <Empty title={fleetWords().noMatch(text)}>
        {meant !== undefined && (
          <>
            {fleetWords().meant}{" "}
            <a class="link" href={withParameters({ q: meant })}>
              {meant}
            </a>
            ?{" "}
          </>
        )}
        {fleetWords().of(names.length, environment)}{" "}
        <a class="link" href={withParameters({ q: undefined })}>
          {fleetWords().clear}
        </a>
      </Empty>
    </div>
  );
}
