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
    title: (project: string, environment: string) => `Run ${project} in ${environment}`,
    verb: "Run",
    none: "It has no parameters.",
    steps: "Steps",
    all: "all of them",
    from: "begin with",
    only: "only",
    reading: "Reading the parameters of that run…",
    done: (run: string) => `Started ${run}`,
  },
  {
    title: (project: string, environment: string) => `Rodar ${project} em ${environment}`,
    verb: "Rodar",
    none: "Ele não tem parâmetros.",
    steps: "Passos",
    all: "todos",
    from: "começar por",
    only: "só",
    reading: "Lendo os parâmetros daquela execução…",
    done: (run: string) => `${run} começou`,
  },
);

/**
 * A form made from the project's parameters, filled with those of a run where `to` of the action
 * names one. What is as it is usually isn't sent.
 */
export function Run({ environment, action: { of: project, to }, close }: ActionProperties) {
  const about = useDocument(addressFor("project", { env: environment, project }));
  const again = useDocument(
    to === undefined ? undefined : addressFor("run", { env: environment, run: to }),
  );
  const given = useSignal<Readonly<Record<string, string>>>({});
  const steps = useSignal("");
  const isReading = to !== undefined && again.value === undefined;
  const before = again.value?.parameters ?? {};
  const valueOf = ({ name, default: usual }: { readonly name: string; readonly default: string }) =>
    given.value[name] ?? before[name] ?? usual;
  const changed = (about.value?.parameters ?? [])
    .filter((one) => valueOf(one) !== one.default)
    .map((one) => [one.name, valueOf(one)] as const);
  const [how, step] = steps.value.split(" ");
  const chosen = step === undefined ? [] : [`--${how}`, step];
  const flags = changed.flatMap(([name, value]) => ["--param", `${name}=${value}`]);
  const body = {
    ...(changed.length === 0 ? {} : { params: Object.fromEntries(changed) }),
    ...(step === undefined ? {} : how === "from" ? { from: step } : { only: [step] }),
  };
  return (
    <Ask
      title={words().title(project, environment)}
      verb={words().verb}
      command={commandLine(environment, "run", project, ...flags, ...chosen)}
      refused={
        notAllowed() ??
        about.problem?.message ??
        again.problem?.message ??
        (isReading ? words().reading : undefined)
      }
      perform={() => perform("startRun", { env: environment, project }, body)}
      done={({ run, command }) => {
        sayDone({ text: words().done(run), command, link: addressOf.run(environment, run) });
      }}
      close={close}
    >
      <Shown document={about} rows={2}>
        {({ parameters, steps: pipeline }) =>
          isReading ? null : (
            <>
              {parameters.length === 0 && <p>{words().none}</p>}
              {parameters.map(({ name, default: usual, description }) => (
                <label key={name}>
                  <code>{name}</code>
                  <input
                    class="field"
                    value={valueOf({ name, default: usual })}
                    onInput={({ currentTarget: { value } }) => {
                      given.value = { ...given.value, [name]: value };
                    }}
                  />
                  <small>{description}</small>
                </label>
              ))}
              <SelectField label={words().steps} value={steps}>
                <option value="">{words().all}</option>
                {(["from", "only"] as const).map((kind) =>
                  pipeline.map(({ id, name }) => (
                    <option key={`${kind} ${id}`} value={`${kind} ${id}`}>
                      {words()[kind]} {name}
                    </option>
                  )),
                )}
              </SelectField>
            </>
          )
        }
      </Shown>
    </Ask>
  );
}
