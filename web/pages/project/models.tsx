import { actionAddress } from "../../actions/action.ts";
import { addressFor } from "../../api/api.ts";
import { useDocument } from "../../api/documents.ts";
import { Empty, Shown, Trouble } from "../../parts/states.tsx";
import { Moment } from "../../parts/when.tsx";
import { measure } from "../../words/format.ts";
import type { PartProperties } from "./about.ts";
import { projectWords } from "./words.ts";

/** Versions of the model with their metrics, and which release ran with which. */
export function Models({ environment, about }: PartProperties) {
  const words = projectWords();
  const { project, deployed } = about;
  const document = useDocument(addressFor("models", { env: environment, project }));
  return (
    <Shown document={document} rows={6}>
      {({ versions, problem, model, registry }) => {
        const metrics = [...new Set(versions.flatMap((one) => Object.keys(one.metrics ?? {})))];
        const shown = metrics.toSorted().slice(0, 6);
        return (
          <section class="section">
            <header>
              <h2>{model}</h2>
              {registry !== null && /^https?:/.test(registry) && (
                <a
                  class="link push"
                  href={`${registry}/#/models/${encodeURIComponent(model)}`}
                  target="_blank"
                  rel="noreferrer"
                >
                  {words.onRegistry(model)}
                </a>
              )}
            </header>
            {problem !== null && <Trouble problem={{ ...problem, help: problem.help }} />}
            {versions.length === 0 && problem === null && <Empty title={words.noVersions} />}
            {versions.length > 0 && (
              <table class="stack">
                <thead>
                  <tr>
                    <th>{words.version}</th>
                    <th>{words.stage}</th>
                    <th>{words.created}</th>
                    {shown.map((name) => (
                      <th key={name} class="number given">
                        {name}
                      </th>
                    ))}
                    <th>{words.ranWith}</th>
                    <td />
                  </tr>
                </thead>
                <tbody>
                  {versions.map((one) => (
                    <tr key={one.version}>
                      <td>
                        <b>v{one.version}</b>
                      </td>
                      <td>
                        {one.stage} {one.aliases.map((alias) => `@${alias} `)}
                      </td>
                      <td data-as={words.created}>
                        {one.createdAt !== null && <Moment at={one.createdAt} />}
                      </td>
                      {shown.map((name) => (
                        <td key={name} class="number" data-as={name}>
                          <Metric value={one.metrics?.[name]} best={bestOf(versions, name)} />
                        </td>
                      ))}
                      <td data-as={words.ranWith}>
                        {one.releases.map((fingerprint) => (
                          <span key={fingerprint}>
                            {fingerprint === deployed?.fingerprint
                              ? `${deployed.version}, ${words.current}`
                              : fingerprint.slice(0, 8)}{" "}
                          </span>
                        ))}
                      </td>
                      <td class="number">
                        <a
                          class="link"
                          href={actionAddress({ name: "promote", of: project, to: one.version })}
                        >
                          {words.promote(one.version)}
                        </a>
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            )}
          </section>
        );
      }}
    </Shown>
  );
}

type Versions = readonly { readonly metrics: Readonly<Record<string, number>> | null }[];

/** The highest of a metric; whether high is good is the reader's to know. */
function bestOf(versions: Versions, name: string): number | undefined {
  const values = versions.flatMap(({ metrics }) => metrics?.[name] ?? []);
  return values.length < 2 ? undefined : Math.max(...values);
}

function Metric({
  value,
  best,
}: {
  readonly value: number | undefined;
  readonly best: number | undefined;
}) {
  if (value === undefined) return <small>–</small>;
  return value === best ? <b>{measure(value)}</b> : <>{measure(value)}</>;
}
