import { useSignal } from "@preact/signals";

import { addressFor, perform } from "../api/api.ts";
import { useDocument } from "../api/documents.ts";
import { Ask } from "../parts/ask.tsx";
import { Shown } from "../parts/states.tsx";
import { catalogue } from "../words/language.ts";
import { commandLine } from "./action.ts";
import type { ActionProperties } from "./actions.tsx";
import { notAllowed } from "./allowed.ts";
import { showOperation } from "./operation-address.ts";

const words = catalogue(
  {
    one: (project: string, environment: string) => `Deploy ${project} to ${environment}`,
    all: (environment: string) => `Deploy every project to ${environment}`,
    verb: "Deploy",
    what: (changes: number, projects: number) =>
      `${changes} ${changes === 1 ? "change" : "changes"} in ${projects} ${projects === 1 ? "project" : "projects"}. A project that fails doesn’t stop the others.`,
    nothing: "Nothing would change.",
    blocked: (projects: string) => `A deploy of ${projects} would fail.`,
    prune: "Remove projects whose folder is gone",
  },
  {
    one: (project: string, environment: string) => `Implantar ${project} em ${environment}`,
    all: (environment: string) => `Implantar todos os projetos em ${environment}`,
    verb: "Implantar",
    what: (changes: number, projects: number) =>
      `${changes} ${changes === 1 ? "mudança" : "mudanças"} em ${projects} ${projects === 1 ? "projeto" : "projetos"}. Um projeto que falha não para os outros.`,
    nothing: "Nada mudaria.",
    blocked: (projects: string) => `Um deploy de ${projects} falharia.`,
    prune: "Remover projetos cuja pasta não existe mais",
  },
);

/** Makes the environment what the files say; `of` of the action is one project, or empty. */
export function Deploy({ environment, action: { of: project }, close }: ActionProperties) {
  const query = { project: project === "" ? undefined : project };
  const plan = useDocument(addressFor("plan", { env: environment }, query));
  const prune = useSignal(false);
  const body = {
    ...(project === "" ? {} : { projects: [project] }),
    ...(prune.value ? { prune: true } : {}),
  };
  const gone = plan.value?.projects.some(({ fingerprint }) => fingerprint === null) === true;
  return (
    <Ask
      title={project === "" ? words().all(environment) : words().one(project, environment)}
      verb={words().verb}
      command={commandLine(
        environment,
        "deploy",
        ...(project === "" ? [] : [project]),
        ...(prune.value ? ["--prune", "--yes"] : []),
      )}
      refused={notAllowed() ?? plan.problem?.message}
      perform={() => perform("deploy", { env: environment }, body)}
      done={showOperation}
      close={close}
    >
      <Shown document={plan} rows={1}>
        {({ projects }) => {
          const changed = projects
            .map(({ changes }) => changes.filter(({ action }) => action !== "unchanged").length)
            .filter((count) => count > 0);
          const total = changed.reduce((sum, count) => sum + count, 0);
          const blocked = projects.filter((one) => one.blocked !== undefined);
          return (
            <>
              <p>{total === 0 ? words().nothing : words().what(total, changed.length)}</p>
              {blocked.length > 0 && (
                <p class="failed">
                  {words().blocked(blocked.map((one) => one.project).join(", "))}
                </p>
              )}
            </>
          );
        }}
      </Shown>
      {gone && (
        <label class="check">
          <input
            type="checkbox"
            checked={prune.value}
            onChange={({ currentTarget: { checked } }) => {
              prune.value = checked;
            }}
          />
          {words().prune}
        </label>
      )}
    </Ask>
  );
}
