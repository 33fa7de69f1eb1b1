import "./project.css";
import { actionAddress, type ActionName } from "../../actions/action.ts";
import { addressFor } from "../../api/api.ts";
import { useDocument } from "../../api/documents.ts";
import { addressOf, type ProjectPart, type Route } from "../../app/addresses.ts";
import { minute } from "../../app/clock.ts";
import { environmentNamed } from "../../app/session.ts";
import { Glyph, OutcomeWord, outcomeOfRun } from "../../parts/outcome.tsx";
import { LoadingRows, Trouble } from "../../parts/states.tsx";
import { Moment } from "../../parts/when.tsx";
import { relative } from "../../words/format.ts";
import type { PartProperties, ProjectDocument } from "./about.ts";
import { Config } from "./config.tsx";
import { Models } from "./models.tsx";
import { Overview } from "./overview.tsx";
import { Releases } from "./releases.tsx";
import { Resources } from "./resources.tsx";
import { Runs } from "./runs.tsx";
import { projectWords } from "./words.ts";

const parts = ["runs", "releases", "resources", "config", "models"] as const;

const documentOf = ({ environment, project = "" }: Route) =>
  addressFor("project", { env: environment, project });

export const firstDocument = (route: Route): string => documentOf(route);

/** A project: is it well, what is it made of, when does it fire, what changed. */
export function Page({ route }: { readonly route: Route }) {
  const { environment, project = "", part } = route;
  const { value, problem, at } = useDocument(documentOf(route), [`fleet:${environment}`]);
  const lastRun = value?.lastRun ?? null;
  document.title = `${project} · ${environment} · Esteira`;
  return (
    <div class="page project">
      <header class={value === undefined && problem === undefined ? "coming" : ""}>
        <p class="crumb">
          <a href={addressOf.fleet(environment)}>{projectWords().fleet}</a> /{" "}
          {value?.owners.technical ?? value?.owners.business ?? environment}
        </p>
        <div class="title">
          <h1>{project}</h1>
          {lastRun !== null && <OutcomeWord of={outcomeOfRun(lastRun)} />}
          {value !== undefined && <Buttons environment={environment} about={value} />}
        </div>
        {value === undefined ? <LoadingRows rows={1} /> : <Facts about={value} />}
      </header>
      {problem !== undefined && <Trouble problem={problem} since={value && at} />}
      <Parts environment={environment} project={project} part={part as ProjectPart | undefined} />
      {value === undefined
        ? problem === undefined && <LoadingRows rows={12} />
        : partOf(part, { environment, about: value })}
    </div>
  );
}

function partOf(part: string | undefined, properties: PartProperties) {
  switch (part) {
    case "runs":
      return <Runs {...properties} />;
    case "releases":
      return <Releases {...properties} />;
    case "resources":
      return <Resources {...properties} />;
    case "config":
      return <Config {...properties} />;
    case "models":
      return <Models {...properties} />;
    default:
      return <Overview {...properties} />;
  }
}

function Parts({
  environment,
  project,
  part,
}: {
  readonly environment: string;
  readonly project: string;
  readonly part: ProjectPart | undefined;
}) {
  return (
    <nav class="tabs noprint" aria-label={projectWords().nav}>
      {[undefined, ...parts].map((one) => (
        <a
          key={one}
          href={addressOf.project(environment, project, one)}
          aria-current={one === part ? "page" : undefined}
          ref={one === part ? intoSight : null}
        >
          {projectWords().parts[one ?? "overview"]}
        </a>
      ))}
    </nav>
  );
}

/** On a narrow screen there are more parts than fit beside each other. */
const intoSight = (tab: Element | null): void =>
  tab?.scrollIntoView({ block: "nearest", inline: "center" });

function Facts({ about }: { readonly about: ProjectDocument }) {
  const { deployed, model, next, hold, inWorkspace } = about;
  const words = projectWords();
  return (
    <dl class="facts">
      <div>
        <dt>{words.deployed}</dt>
        <dd>
          {deployed === null ? (
            words.neverDeployed
          ) : (
            <>
              {deployed.version}, <Moment at={deployed.deployedAt} />
            </>
          )}
        </dd>
      </div>
      {model !== null && model.version !== null && (
        <div>
          <dt>{words.model}</dt>
          <dd>v{model.version}</dd>
        </div>
      )}
      <div>
        <dt>{words.next}</dt>
        <dd>
          {next.kind === "at" ? (
            <>
              <Moment at={next.at} />, {relative(next.at, minute.value)}
            </>
          ) : next.kind === "disabled" ? (
            words.off
          ) : (
            words.noFire
          )}
        </dd>
      </div>
      {hold !== null && (
        <div class="held">
          <dd class="tag">
            <Glyph of="held" />
            {hold}
          </dd>
        </div>
      )}
      {!inWorkspace && (
        <div class="late">
          <dd class="tag">
            <Glyph of="late" />
            {words.gone}
          </dd>
        </div>
      )}
    </dl>
  );
}

/** What can be done with it; the most likely first. */
function Buttons({ environment, about }: PartProperties) {
  const { project, schedule, deployed, lastRun } = about;
  const words = projectWords().actions;
  const can = environmentNamed(environment);
  const status = lastRun?.status;
  const ofRun: readonly ActionName[] =
    status === "RUNNING" && lastRun?.interrupted !== true
      ? ["stop"]
      : status === undefined || status === "SUCCEEDED" || lastRun?.resumedBy !== null
        ? []
        : ["resume"];
  const names: readonly ActionName[] =
    deployed === null
      ? ["deploy"]
      : [
          ...ofRun,
          "run",
          ...(schedule === null
            ? []
            : [schedule.state === "enabled" ? ("disable" as const) : ("enable" as const)]),
          ...(schedule === null ? [] : ["backfill" as const]),
          ...(can?.rollbacks === true ? ["rollback" as const] : []),
        ];
  return (
    <span class="push buttons noprint">
      {names.map((name, index) => (
        <a
          key={name}
          class={`button ${index === 0 ? "main" : ""}`}
          href={actionAddress({ name, of: ofRun.includes(name) ? (lastRun?.run ?? "") : project })}
        >
          {words[name]}
        </a>
      ))}
    </span>
  );
}
