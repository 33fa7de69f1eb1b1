import "./plan.css";
import type { ConsoleDocument } from "../../../src/app/documents/console.ts";
import { actionAddress } from "../../actions/action.ts";
import { addressFor } from "../../api/api.ts";
import { refresh, useDocument } from "../../api/documents.ts";
import { addressOf, type Route } from "../../app/addresses.ts";
import { parameter, setParameters } from "../../app/location.ts";
import { FieldChanges } from "../../parts/field-changes.tsx";
import { Glyph } from "../../parts/outcome.tsx";
import { Empty, Shown, Trouble } from "../../parts/states.tsx";
import { Ago } from "../../parts/when.tsx";
import { planWords } from "./words.ts";

type Plan = ConsoleDocument<"plan">;
type ProjectPlan = Plan["projects"][number];
type Change = ProjectPlan["changes"][number];

/** What a deploy would change, field by field, and the way to do it. */
export function Page({ route: { environment } }: { readonly route: Route }) {
  const only = parameter("project");
  const address = addressFor("plan", { env: environment }, { project: only });
  const plan = useDocument(address);
  const fleet = useDocument(addressFor("fleet", { env: environment }));
  const words = planWords();
  document.title = `${words.title} · ${environment} · Esteira`;
  return (
    <div class="page plan">
      <header class="title">
        <h1>{words.title}</h1>
        <span class="dim">{words.lead(environment)}</span>
        <span class="push buttons noprint">
          <span class="dim">
            {words.seen} {plan.at === undefined ? "…" : <Ago at={plan.at} />}
          </span>
          <button type="button" class="textlink" onClick={() => void refresh(address)}>
            {words.again}
          </button>
          <select
            class="field"
            aria-label={words.one}
            value={only ?? ""}
            onChange={({ currentTarget: { value } }) => setParameters({ project: value }, "push")}
          >
            <option value="">{words.every}</option>
            {fleet.value?.projects.map(({ project }) => (
              <option key={project} value={project}>
                {project}
              </option>
            ))}
          </select>
          <a class="button main" href={actionAddress({ name: "deploy", of: only ?? "" })}>
            {only === undefined ? words.deployAll : words.deploy}
          </a>
        </span>
      </header>
      <Shown document={plan} rows={14}>
        {(value) => <Projects environment={environment} plan={value} />}
      </Shown>
    </div>
  );
}

const changesOf = ({ changes }: ProjectPlan): readonly Change[] =>
  changes.filter(({ action }) => action !== "unchanged");

function Projects({ environment, plan }: { readonly environment: string; readonly plan: Plan }) {
  const words = planWords();
  const worthAWord = plan.projects.filter(
    (project) =>
      changesOf(project).length > 0 ||
      project.blocked !== undefined ||
      project.hold !== null ||
      project.warnings.length > 0,
  );
  const changed = worthAWord.filter((project) => changesOf(project).length > 0);
  const total = changed.reduce((sum, project) => sum + changesOf(project).length, 0);
  const rest = plan.projects.length - worthAWord.length;
  return (
    <>
      {total === 0 ? (
        <Empty title={words.nothing} />
      ) : (
        <p class="lead">{words.counts(total, changed.length)}</p>
      )}
      {worthAWord.map((project) => (
        <OneProject key={project.project} environment={environment} plan={project} />
      ))}
      {rest > 0 && (
        <p class="dim same">
          <span class="succeeded">
            <Glyph of="succeeded" />
          </span>
          {words.unchanged(rest)}
        </p>
      )}
    </>
  );
}

function OneProject({
  environment,
  plan,
}: {
  readonly environment: string;
  readonly plan: ProjectPlan;
}) {
  const { project, hold, blocked, warnings, fingerprint, cause, model } = plan;
  const words = planWords();
  const changes = changesOf(plan);
  const same = plan.changes.length - changes.length;
  return (
    <section class="section">
      <header>
        <h2>
          <a href={addressOf.project(environment, project)}>{project}</a>
        </h2>
        {blocked !== undefined && (
          <span class="tag failed">
            <Glyph of="failed" />
            {words.blocked}
          </span>
        )}
        {hold !== null && (
          <span class="tag held">
            <Glyph of="held" />
            {words.held}
          </span>
        )}
        {fingerprint === null && <span class="tag none">{words.gone}</span>}
        {cause !== undefined && <span class="tag dim">{words.compiled}</span>}
        {model?.version !== undefined && (
          <span class="tag dim">
            {words.model(model.version, model.place ?? "")}
            {model.promotion !== undefined && `; ${words.promotes(model.promotion.to)}`}
          </span>
        )}
        <span class="push dim">{same > 0 && words.same(same)}</span>
        {changes.length > 0 && hold === null && (
          <a class="link noprint" href={actionAddress({ name: "deploy", of: project })}>
            {words.deploy}
          </a>
        )}
      </header>
      {blocked !== undefined && <Trouble problem={{ ...blocked, help: blocked.help }} />}
      {hold !== null && <p class="dim">{hold}</p>}
      {[...warnings, ...(model?.warnings ?? [])].map((warning) => (
        <p key={warning} class="late warning">
          <Glyph of="late" />
          <span>{warning}</span>
        </p>
      ))}
      <ul>
        {changes.map((change) => (
          <OneChange key={`${change.kind} ${change.name}`} change={change} />
        ))}
      </ul>
    </section>
  );
}

const signs = { create: "+", update: "~", replace: "±", remove: "−", unchanged: "=" } as const;

function OneChange({ change }: { readonly change: Change }) {
  const { action, kind, name, drift, note, fields } = change;
  const words = planWords();
  return (
    <li class={`change ${action}`}>
      <span class="sign" aria-hidden="true">
        {signs[action]}
      </span>
      <div>
        <p>
          <span class="verb">{words.actions[action]}</span> {kind} <code>{name}</code>{" "}
          {drift && <span class="tag drift">{words.drift}</span>}
        </p>
        {note !== undefined && <p class="dim">{note}</p>}
        {fields.length > 0 && (
          <FieldChanges fields={fields} before={words.now} after={words.after} />
        )}
      </div>
    </li>
  );
}
