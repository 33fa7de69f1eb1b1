import { addressFor } from "../../api/api.ts";
import { useDocument } from "../../api/documents.ts";
import { addressOf, type Route } from "../../app/addresses.ts";
import { OutcomeWord, outcomeOfRun } from "../../parts/outcome.tsx";
import { Shown } from "../../parts/states.tsx";
import { useLog } from "../run/chosen-log.ts";
import { LogName } from "./log-name.tsx";
import { LogView } from "./log-view.tsx";
import { logWords } from "./words.ts";

const documentOf = ({ environment, run = "" }: Route) =>
  addressFor("run", { env: environment, run });

export const firstDocument = (route: Route): string => documentOf(route);

/** The log of a try with the whole screen for itself. */
export function Page({ route }: { readonly route: Route }) {
  const { environment, run = "" } = route;
  const about = useDocument(documentOf(route), [`run:${environment}/${run}`]);
  const log = useLog(environment, about.value);
  document.title = `${logWords().title} · ${run} · Esteira`;
  return (
    <div class="page logpage">
      <div class="title">
        <p class="crumb">
          <a href={addressOf.run(environment, run)}>{logWords().back}</a>
        </p>
        <h1 class="unseen">
          {logWords().title} {run}
        </h1>
        <code class="cut">{run}</code>
        {about.value !== undefined && <OutcomeWord of={outcomeOfRun(about.value.run)} />}
      </div>
      <Shown document={about} rows={12}>
        {() =>
          log.of === undefined ? (
            log.waiting ? null : (
              <p class="dim">{logWords().notBegun}</p>
            )
          ) : (
            <LogView
              key={log.key}
              of={log.of}
              name={<LogName of={log.of} />}
              full
              toError={log.isFailure}
            />
          )
        }
      </Shown>
    </div>
  );
}
