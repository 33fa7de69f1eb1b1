import { useSignal } from "@preact/signals";

import { addressFor, perform } from "../api/api.ts";
import { useDocument } from "../api/documents.ts";
import { addressOf } from "../app/addresses.ts";
import { Ask } from "../parts/ask.tsx";
import { Shown } from "../parts/states.tsx";
import { catalogue } from "../words/language.ts";
import { commandLine } from "./action.ts";
import type { ActionProperties } from "./actions.tsx";
import { notAllowed } from "./allowed.ts";
import { sayDone } from "./done.ts";
import { SelectField } from "./fields.tsx";

const words = catalogue(
  {
    stop: {
      title: (run: string) => `Stop ${run}`,
      verb: "Stop the run",
      what: "Its steps end, and it becomes aborted. It can be resumed.",
      done: (run: string) => `Stopped ${run}`,
    },
    resume: {
      title: (run: string) => `Resume ${run}`,
      verb: "Resume",
      kept: "Steps that have succeeded are not run again.",
      release: "Release",
      auto: "what is deployed now, where it has the same steps",
      latest: "what is deployed now",
      same: "what the run was started from",
      from: "Run again from",
      none: "the first step that hasn’t succeeded",
      done: (run: string) => `Resumed as ${run}`,
    },
  },
  {
    stop: {
      title: (run: string) => `Parar ${run}`,
      verb: "Parar a execução",
      what: "Seus passos terminam e ela fica como parada. Ela pode ser retomada.",
      done: (run: string) => `${run} foi parada`,
    },
    resume: {
      title: (run: string) => `Retomar ${run}`,
      verb: "Retomar",
      kept: "Passos que já foram concluídos não rodam de novo.",
      release: "Release",
      auto: "o que está implantado, se tem os mesmos passos",
      latest: "o que está implantado agora",
      same: "aquele com que a execução começou",
      from: "Rodar de novo desde",
      none: "o primeiro passo que não foi concluído",
      done: (run: string) => `Retomada como ${run}`,
    },
  },
);

export function Stop({ environment, action: { of: run }, close }: ActionProperties) {
  const { title, verb, what, done } = words().stop;
  return (
    <Ask
      title={title(run)}
      verb={verb}
      command={commandLine(environment, "stop", run)}
      refused={notAllowed()}
      perform={() => perform("stopRun", { env: environment, run }, {})}
      done={({ command }) => {
        sayDone({ text: done(run), command });
        close();
      }}
      close={close}
    >
      <p>{what}</p>
    </Ask>
  );
}

export function Resume({ environment, action: { of: run }, close }: ActionProperties) {
  const about = useDocument(addressFor("run", { env: environment, run }));
  const release = useSignal<"" | "same" | "latest">("");
  const from = useSignal("");
  const { title, verb, kept, done, ...labels } = words().resume;
  const flags = [
    ...(release.value === "" ? [] : ["--release", release.value]),
    ...(from.value === "" ? [] : ["--from", from.value]),
  ];
  const body = {
    ...(release.value === "" ? {} : { release: release.value }),
    ...(from.value === "" ? {} : { from: from.value }),
  };
  return (
    <Ask
      title={title(run)}
      verb={verb}
      command={commandLine(environment, "resume", run, ...flags)}
      refused={notAllowed() ?? about.problem?.message}
      perform={() => perform("resumeRun", { env: environment, run }, body)}
      done={({ run: next, command }) => {
        sayDone({ text: done(next), command, link: addressOf.run(environment, next) });
      }}
      close={close}
    >
      <p>{kept}</p>
      <SelectField label={labels.release} value={release}>
        <option value="">{labels.auto}</option>
        <option value="latest">{labels.latest}</option>
        <option value="same">{labels.same}</option>
      </SelectField>
      <Shown document={about} rows={1}>
        {({ steps }) => (
          <SelectField label={labels.from} value={from}>
            <option value="">{labels.none}</option>
            {steps
              .filter(({ status }) => status === "succeeded")
              .map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
          </SelectField>
        )}
      </Shown>
    </Ask>
  );
}
