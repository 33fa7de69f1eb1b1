import "./artifacts.css";

import { addressFor } from "../../api/api.ts";
import { useDocument } from "../../api/documents.ts";
import { addressOf, type Route } from "../../app/addresses.ts";
import { go, parameter, setParameters, withParameters } from "../../app/location.ts";
import { useKeys } from "../../keys/keys.ts";
import { Empty, Shown } from "../../parts/states.tsx";
import { count } from "../../words/format.ts";
import { type Artifact, CopyPath, Files, sumOf } from "./files.tsx";
import { Look } from "./look.tsx";
import { artifactWords } from "./words.ts";

const most = 1_000;

/** Everything that the steps of a run left, with a look inside beside the list. */
export function Page({ route: { environment, run = "" } }: { readonly route: Route }) {
  const cursor = parameter("after");
  const list = useDocument(
    addressFor("artifacts", { env: environment, run }, { limit: most, cursor }),
    [`run:${environment}/${run}`],
  );
  const words = artifactWords();
  const wanted = (parameter("q") ?? "").toLowerCase();
  const files = (list.value?.artifacts ?? []).filter(({ name }) =>
    name.toLowerCase().includes(wanted),
  );
  const chosen = parameter("file");
  useFileKeys(files, chosen);
  document.title = `${words.title} · ${run} · Esteira`;
  return (
    <div class="page artifacts">
      <div>
        <p class="crumb">
          <a href={addressOf.run(environment, run)}>{words.back}</a>
        </p>
        <div class="title">
          <h1>{words.title}</h1>
          <span class="dim sum">{files.length > 0 && sumOf(files, count(files.length))}</span>
          <span class="push" />
          <CopyPath uri={list.value?.uri} />
          <input
            class="field noprint"
            type="search"
            value={parameter("q") ?? ""}
            placeholder={words.filter}
            aria-label={words.filter}
            onInput={({ currentTarget: { value } }) => setParameters({ q: value })}
          />
        </div>
        <code class="dim">{run}</code>
      </div>
      <Shown document={list} rows={12}>
        {({ artifacts, next }) =>
          artifacts.length === 0 ? (
            <Empty title={words.none}>{words.noneHelp}</Empty>
          ) : (
            <div class="beside">
              <div>
                <Files environment={environment} run={run} files={files} chosen={chosen} dated />
                {next !== null && (
                  <a class="link" href={withParameters({ after: next })}>
                    {words.more}
                  </a>
                )}
              </div>
              {chosen === undefined ? (
                <p class="dim">{words.choose}</p>
              ) : (
                <Look key={chosen} environment={environment} run={run} path={chosen} />
              )}
            </div>
          )
        }
      </Shown>
    </div>
  );
}

function useFileKeys(files: readonly Artifact[], chosen: string | undefined): void {
  const at = files.findIndex(({ path }) => path === chosen);
  const choose = (index: number): void => {
    const file = files[Math.min(files.length - 1, Math.max(0, index))];
    if (file === undefined) return;
    go(withParameters({ file: file.path }), "replace");
    document
      .querySelector(`[data-file="${CSS.escape(file.path)}"]`)
      ?.scrollIntoView({ block: "nearest" });
  };
  const { down, up } = artifactWords().keys;
  useKeys([
    { key: "j", does: down, press: () => choose(at + 1) },
    { key: "k", does: up, press: () => choose(at - 1) },
  ]);
}
