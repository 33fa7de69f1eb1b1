import { useSignal } from "@preact/signals";

import { addressFor, perform } from "../api/api.ts";
import { useDocument } from "../api/documents.ts";
import { Ask } from "../parts/ask.tsx";
import { Shown } from "../parts/states.tsx";
import { clock } from "../words/format.ts";
import { catalogue } from "../words/language.ts";
import { commandLine } from "./action.ts";
import type { ActionProperties } from "./actions.tsx";
import { notAllowed } from "./allowed.ts";
import { SelectField, TextField } from "./fields.tsx";
import { showOperation } from "./operation-address.ts";

const words = catalogue(
  {
    title: (project: string, environment: string) => `Roll ${project} back in ${environment}`,
    what: "Image, pipeline, schedule and notifications become as they were; nothing is built. Deploys leave the project alone until it is another release.",
    verb: "Roll back",
    to: "To the release",
    before: "the one before",
    reason: "Why",
    hint: "for those who find it held",
  },
  {
    title: (project: string, environment: string) => `Reverter ${project} em ${environment}`,
    what: "Imagem, pipeline, agendamento e avisos ficam como eram; nada é construído. Deploys deixam o projeto em paz até que a release seja outra.",
    verb: "Reverter",
    to: "Para a release",
    before: "a anterior",
    reason: "Motivo",
    hint: "para quem o encontrar retido",
  },
);

/** Restores an earlier release; `to` of the action is its fingerprint. */
export function Rollback({
  environment,
  action: { of: project, to = "" },
  close,
}: ActionProperties) {
  const about = useDocument(addressFor("releases", { env: environment, project }));
  const [release, reason] = [useSignal(to), useSignal("")];
  const why = reason.value.trim();
  const known = about.value?.releases.find(({ fingerprint }) => fingerprint === release.value);
  const same = about.value?.releases.filter(({ version }) => version === known?.version) ?? [];
  // A version that was deployed twice is named by its fingerprint.
  const name =
    same.length === 1 && known !== undefined ? known.version : release.value.slice(0, 12);
  return (
    <Ask
      title={words().title(project, environment)}
      verb={words().verb}
      command={commandLine(
        environment,
        "rollback",
        project,
        ...(name === "" ? [] : ["--to", name]),
        ...(why === "" ? [] : ["--reason", why]),
      )}
      refused={notAllowed() ?? about.problem?.message}
      perform={() =>
        perform(
          "rollback",
          { env: environment, project },
          { ...(name === "" ? {} : { to: name }), ...(why === "" ? {} : { reason: why }) },
        )
      }
      done={showOperation}
      close={close}
    >
      <p>{words().what}</p>
      <Shown document={about} rows={1}>
        {({ releases }) => (
          <SelectField label={words().to} value={release}>
            <option value="">{words().before}</option>
            {releases
              .filter(({ current }) => !current)
              .map(({ fingerprint, version, deployedAt }) => (
                <option key={fingerprint} value={fingerprint}>
                  {version} · {clock(deployedAt, "moment")} · {fingerprint.slice(0, 8)}
                </option>
              ))}
          </SelectField>
        )}
      </Shown>
      <TextField label={words().reason} value={reason} hint={words().hint} />
    </Ask>
  );
}
