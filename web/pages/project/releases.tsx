import { actionAddress } from "../../actions/action.ts";
import { addressFor } from "../../api/api.ts";
import { useDocument } from "../../api/documents.ts";
import { parameter, setParameters } from "../../app/location.ts";
import { environmentNamed } from "../../app/session.ts";
import { Glyph } from "../../parts/outcome.tsx";
import { Empty, Shown } from "../../parts/states.tsx";
import { Moment } from "../../parts/when.tsx";
import { clock } from "../../words/format.ts";
import { Changes } from "./changes.tsx";
import type { PartProperties } from "./about.ts";
import { projectWords } from "./words.ts";

/** Releases, and what differs between any two of them. */
export function Releases({ environment, about: { project } }: PartProperties) {
  const words = projectWords();
  const place = { env: environment, project };
  const document = useDocument(addressFor("releases", place), [`fleet:${environment}`]);
  const rollbacks = environmentNamed(environment)?.rollbacks === true;
  return (
    <Shown document={document} rows={8}>
      {({ releases }) => {
        if (releases.length === 0) return <Empty title={words.noRelease} />;
        const known = (name: string, otherwise: string | undefined) =>
          releases.find(({ fingerprint }) => fingerprint === parameter(name))?.fingerprint ??
          otherwise;
        const to = known("to", releases[0]?.fingerprint);
        const from = known("from", releases[1]?.fingerprint);
        const choice = (name: "from" | "to", chosen: string | undefined) => (
          <label class="pick">
            {words[name]}
            <select
              class="field"
              value={chosen}
              onChange={({ currentTarget: { value } }) => setParameters({ [name]: value }, "push")}
            >
              {releases.map(({ fingerprint, version, deployedAt }) => (
                <option key={fingerprint} value={fingerprint}>
                  {version} · {clock(deployedAt, "moment")}
                </option>
              ))}
            </select>
          </label>
        );
        return (
          <>
            <section class="section">
              <header>
                <h2>{words.compare}</h2>
                {releases.length > 1 && (
                  <span class="push picks">
                    {choice("from", from)}
                    {choice("to", to)}
                  </span>
                )}
              </header>
              {from === undefined || to === undefined ? (
                <p class="dim">{words.oneRelease}</p>
              ) : (
                <Changes key={`${from} ${to}`} place={place} from={from} to={to} />
              )}
            </section>
            <section class="section">
              <header>
                <h2>{words.parts.releases}</h2>
              </header>
              <table class="stack">
                <thead>
                  <tr>
                    <th>{words.version}</th>
                    <th>{words.deployed}</th>
                    <th>{words.by}</th>
                    <th>{words.commit}</th>
                    <th>{words.with}</th>
                    <td />
                  </tr>
                </thead>
                <tbody>
                  {releases.map((release) => (
                    <tr key={release.fingerprint}>
                      <td>
                        {release.version}{" "}
                        {release.current && (
                          <span class="tag succeeded">
                            <Glyph of="succeeded" />
                            {words.current}
                          </span>
                        )}
                        {release.rejected && (
                          <span class="tag held">
                            <Glyph of="held" />
                            {words.rejected}
                          </span>
                        )}
                      </td>
                      <td data-as={words.deployed}>
                        <Moment at={release.deployedAt} />
                      </td>
                      <td data-as={words.by}>{release.actor}</td>
                      <td data-as={words.commit}>
                        <code title={release.commit ?? undefined}>
                          {release.commit?.slice(0, 10) ?? "–"}
                        </code>
                      </td>
                      <td class="cut with">
                        {Object.entries(release.decided).map(([name, value]) => (
                          <span key={name} title={value}>
                            <small>{words.decided[name] ?? name}</small> {short(value)}{" "}
                          </span>
                        ))}
                      </td>
                      <td class="number">
                        {!release.current && rollbacks && (
                          <a
                            class="link"
                            href={actionAddress({
                              name: "rollback",
                              of: project,
                              to: release.fingerprint,
                            })}
                          >
                            {words.actions.rollback}
                          </a>
                        )}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </section>
          </>
        );
      }}
    </Shown>
  );
}

/** A digest by its beginning, what has a long name on AWS by its own. */
const short = (value: string): string =>
  value.replace(/(?:.*@)?(sha256:)?([0-9a-f]{12})[0-9a-f]{20,}$/, "$2").replace(/^arn:.*\//, "");
