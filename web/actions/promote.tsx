import { useSignal } from "@preact/signals";

import { addressFor, perform } from "../api/api.ts";
import { useDocument } from "../api/documents.ts";
import { Ask } from "../parts/ask.tsx";
import { Shown } from "../parts/states.tsx";
import { catalogue } from "../words/language.ts";
import { commandLine } from "./action.ts";
import type { ActionProperties } from "./actions.tsx";
import { notAllowed } from "./allowed.ts";
import { sayDone } from "./done.ts";
import { SelectField, TextField } from "./fields.tsx";

const words = catalogue(
  {
    title: (project: string, environment: string) =>
      `Promote the model of ${project} in ${environment}`,
    what: "Steps get it after the next deploy.",
    verb: "Promote",
    version: "Version",
    to: "To",
    hint: "a stage, or an alias such as @champion",
    choose: "Choose a version.",
    none: "none",
    done: (version: string, to: string) => `Version ${version} is ${to}`,
  },
  {
    title: (project: string, environment: string) =>
      `Promover o modelo de ${project} em ${environment}`,
    what: "Os passos o recebem depois do próximo deploy.",
    verb: "Promover",
    version: "Versão",
    to: "Para",
    hint: "um estágio, ou um alias como @champion",
    choose: "Escolha uma versão.",
    none: "nenhuma",
    done: (version: string, to: string) => `A versão ${version} está em ${to}`,
  },
);

/** Moves a version of the project's model to a stage or gives it an alias. */
export function Promote({ environment, action: { of: project, to }, close }: ActionProperties) {
  const about = useDocument(addressFor("models", { env: environment, project }));
  const [version, place] = [useSignal(to ?? ""), useSignal("Production")];
  const target = place.value.trim();
  const chosen = version.value !== "" && target !== "";
  return (
    <Ask
      title={words().title(project, environment)}
      verb={words().verb}
      command={commandLine(
        environment,
        "model promote",
        project,
        "--version",
        version.value === "" ? "N" : version.value,
        "--to",
        target,
      )}
      refused={
        notAllowed() ??
        about.problem?.message ??
        about.value?.problem?.message ??
        (chosen ? undefined : words().choose)
      }
      perform={() =>
        perform("promote", { env: environment, project }, { version: version.value, to: target })
      }
      done={({ version: promoted, to: there, command }) => {
        sayDone({ text: words().done(promoted, there), command });
        close();
      }}
      close={close}
    >
      <p>{words().what}</p>
      <Shown document={about} rows={1}>
        {({ versions }) => (
          <SelectField label={words().version} value={version}>
            <option value="">{words().none}</option>
            {versions.map(({ version: number, stage, aliases }) => (
              <option key={number} value={number}>
                v{number} · {[stage, ...aliases.map((alias) => `@${alias}`)].join(", ")}
              </option>
            ))}
          </SelectField>
        )}
      </Shown>
      <TextField label={words().to} value={place} hint={words().hint} required />
    </Ask>
  );
}
