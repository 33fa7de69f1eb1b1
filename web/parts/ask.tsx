import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

import type { Answered } from "../api/client.ts";
import type { Problem } from "../api/problem.ts";
import { catalogue } from "../words/language.ts";
import { Command } from "./command.tsx";
import { Dialog } from "./dialog.tsx";
import { Trouble } from "./states.tsx";

const words = catalogue(
  { cancel: "Cancel", doing: "Working…" },
  { cancel: "Cancelar", doing: "Fazendo…" },
);

/**
 * Asks once before something is changed, and shows the command that does the same.
 *
 * @param verb what the button says, such as `Resume`
 * @param command the command line, as the fields are now
 * @param refused why it can't be done as it is; the button waits
 * @param perform does it; where that fails, the dialog stays and says why
 */
export function Ask<A>({
  title,
  verb,
  command,
  refused,
  perform,
  done,
  close,
  children,
}: {
  readonly title: string;
  readonly verb: string;
  readonly command: string;
  readonly refused?: string | undefined;
  readonly perform: () => Promise<Answered<A>>;
  readonly done: (value: A) => void;
  readonly close: () => void;
  readonly children?: ComponentChildren;
}) {
  const busy = useSignal(false);
  const problem = useSignal<Problem | undefined>(undefined);
  const submit = async (): Promise<void> => {
    if (busy.value || refused !== undefined) return;
    busy.value = true;
    const answer = await perform();
    busy.value = false;
    if (answer.ok) done(answer.value);
    else problem.value = answer.problem;
  };
  // The first field is written to as soon as it is there.
  const form = useRef<HTMLFormElement>(null);
  const began = useRef(false);
  useLayoutEffect(() => {
    const field = form.current?.querySelector<HTMLElement>("input, select");
    if (field === null || field === undefined || began.current) return;
    began.current = true;
    field.focus();
  });
  return (
    <Dialog label={title} kind="ask" close={close}>
      <form
        ref={form}
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <div>
          <h2>{title}</h2>
          {children}
          {refused !== undefined && <p class="dim">{refused}</p>}
          {problem.value !== undefined && <Trouble problem={problem.value} />}
        </div>
        <footer>
          <Command line={command} />
          <span class="push">
            <button type="button" class="button" onClick={close}>
              {words().cancel}
            </button>
            <button type="submit" class="button main" autofocus disabled={refused !== undefined}>
              {busy.value ? words().doing : verb}
            </button>
          </span>
        </footer>
      </form>
    </Dialog>
  );
}
