import { actionAddress } from "../../actions/action.ts";
import { addressFor } from "../../api/api.ts";
import { refresh, useDocument } from "../../api/documents.ts";
import { environmentNamed } from "../../app/session.ts";
import { FieldChanges } from "../../parts/field-changes.tsx";
import { Glyph } from "../../parts/outcome.tsx";
import { Shown } from "../../parts/states.tsx";
import { Ago } from "../../parts/when.tsx";
import type { PartProperties } from "./about.ts";
import { projectWords } from "./words.ts";

/** What the release made, read anew when it is opened, with how it differs from the release. */
export function Resources({ environment, about: { project } }: PartProperties) {
  const words = projectWords();
  const address = addressFor("resources", { env: environment, project });
  const document = useDocument(address);
  const platform = environmentNamed(environment)?.platform === "aws" ? "AWS" : "machine";
  return (
    <Shown document={document} rows={9}>
      {({ resources, observedAt }) => {
        const differ = resources.filter(({ action }) => action !== "unchanged");
        const same = resources.filter(({ action }) => action === "unchanged");
        return (
          <section class="section">
            <header>
              <h2>{words.parts.resources}</h2>
              <span class={`tag ${differ.length > 0 ? "drift" : ""}`}>
                {words.drifted(differ.length, resources.length)}
              </span>
              <span class="push dim">
                {words.seen} <Ago at={observedAt} />
              </span>
              <button type="button" class="textlink noprint" onClick={() => void refresh(address)}>
                {words.look}
              </button>
            </header>
            {differ.map((resource) => (
              <div class="resource" key={`${resource.kind} ${resource.name}`}>
                <h3>
                  <code>{resource.name}</code> <small>{resource.kind}</small>
                </h3>
                {resource.note !== undefined && <p class="dim">{resource.note}</p>}
                <FieldChanges
                  fields={resource.fields}
                  before={words.thereIs(platform)}
                  after={words.releaseSays}
                />
              </div>
            ))}
            {differ.length > 0 && (
              <p>
                <a class="link" href={actionAddress({ name: "deploy", of: project })}>
                  {words.repair}
                </a>
              </p>
            )}
            <ul class="asreleased">
              {same.map(({ kind, name }) => (
                <li key={`${kind} ${name}`}>
                  <span class="succeeded">
                    <Glyph of="succeeded" />
                  </span>
                  <code>{name}</code> <small>{kind}</small>
                </li>
              ))}
            </ul>
          </section>
        );
      }}
    </Shown>
  );
}
