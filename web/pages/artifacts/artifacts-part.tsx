import "./artifacts.css";

import { addressFor } from "../../api/api.ts";
import { useDocument } from "../../api/documents.ts";
import { addressOf } from "../../app/addresses.ts";
import { parameter } from "../../app/location.ts";
import { Shown } from "../../parts/states.tsx";
import { count } from "../../words/format.ts";
import { CopyPath, Files, sumOf } from "./files.tsx";
import { Look } from "./look.tsx";
import { artifactWords } from "./words.ts";

/** Files that are listed beside a run; the page of artifacts has all of them. */
const most = 12;

/** What the steps of a run left, on its page. */
export function ArtifactsPart({
  environment,
  run,
}: {
  readonly environment: string;
  readonly run: string;
}) {
  const list = useDocument(addressFor("artifacts", { env: environment, run }, { limit: 100 }), [
    `run:${environment}/${run}`,
  ]);
  const chosen = parameter("file");
  const words = artifactWords();
  const files = list.value?.artifacts ?? [];
  return (
    <section class="section artifacts" aria-label={words.title}>
      <header>
        <h2>{words.title}</h2>
        {files.length > 0 && (
          <>
            <span class="dim">
              {sumOf(files, count(files.length))} {list.value?.next === null ? "" : words.more}
            </span>
            <span class="push" />
            <CopyPath uri={list.value?.uri ?? ""} />
            <a class="link noprint" href={addressOf.run(environment, run, "artifacts")}>
              {words.all}
            </a>
          </>
        )}
      </header>
      <Shown document={list} rows={3}>
        {({ artifacts }) =>
          artifacts.length === 0 ? (
            <p class="dim">{words.none}.</p>
          ) : (
            <>
              <Files
                environment={environment}
                run={run}
                files={artifacts.slice(0, most)}
                chosen={chosen}
                dated={false}
              />
              {artifacts.length > most && (
                <a class="link" href={addressOf.run(environment, run, "artifacts")}>
                  {words.rest(count(artifacts.length - most))}
                </a>
              )}
              {chosen !== undefined && (
                <Look key={chosen} environment={environment} run={run} path={chosen} />
              )}
            </>
          )
        }
      </Shown>
    </section>
  );
}
