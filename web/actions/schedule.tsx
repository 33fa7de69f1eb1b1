import { useSignal } from "@preact/signals";

import { perform } from "../api/api.ts";
import { Ask } from "../parts/ask.tsx";
import { catalogue } from "../words/language.ts";
import { commandLine } from "./action.ts";
import type { ActionProperties } from "./actions.tsx";
import { notAllowed } from "./allowed.ts";
import { sayDone } from "./done.ts";
import { TextField } from "./fields.tsx";

const words = catalogue(
  {
    reason: "Why",
    hint: "for those who find it so",
    enable: {
      title: (project: string) => `Enable the schedule of ${project}`,
      verb: "Enable",
      what: "It fires again as the deployed release says. One that its config or its environment disables stays so.",
      done: (project: string) => `The schedule of ${project} is enabled`,
    },
    disable: {
      title: (project: string) => `Disable the schedule of ${project}`,
      verb: "Disable",
      what: "It doesn’t fire until somebody enables it again; deploys keep it so. Runs that are running continue.",
      done: (project: string) => `The schedule of ${project} is disabled`,
    },
  },
  {
    reason: "Motivo",
    hint: "para quem o encontrar assim",
    enable: {
      title: (project: string) => `Habilitar o agendamento de ${project}`,
      verb: "Habilitar",
      what: "Ele volta a disparar como diz a release implantada. O que a configuração ou o ambiente desabilita continua assim.",
      done: (project: string) => `O agendamento de ${project} está habilitado`,
    },
    disable: {
      title: (project: string) => `Desabilitar o agendamento de ${project}`,
      verb: "Desabilitar",
      what: "Ele não dispara até que alguém o habilite de novo; deploys o mantêm assim. Execuções em andamento continuam.",
      done: (project: string) => `O agendamento de ${project} está desabilitado`,
    },
  },
);

export function Enable(properties: ActionProperties) {
  return <SetSchedule {...properties} enabled />;
}

export function Disable(properties: ActionProperties) {
  return <SetSchedule {...properties} enabled={false} />;
}

function SetSchedule({
  environment,
  action: { of: project },
  close,
  enabled,
}: ActionProperties & { readonly enabled: boolean }) {
  const reason = useSignal("");
  const name = enabled ? "enable" : "disable";
  const { title, verb, what, done } = words()[name];
  const why = reason.value.trim();
  return (
    <Ask
      title={`${title(project)}, ${environment}`}
      verb={verb}
      command={commandLine(
        environment,
        `schedule ${name}`,
        project,
        ...(why === "" ? [] : ["--reason", why]),
      )}
      refused={notAllowed()}
      perform={() =>
        perform(
          "setSchedule",
          { env: environment, project },
          { enabled, ...(why === "" ? {} : { reason: why }) },
        )
      }
      done={({ command }) => {
        sayDone({ text: done(project), command });
        close();
      }}
      close={close}
    >
      <p>{what}</p>
      <TextField label={words().reason} value={reason} hint={words().hint} />
    </Ask>
  );
}
