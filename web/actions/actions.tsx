import { useComputed, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";

import { routeOf } from "../app/addresses.ts";
import { parameter, path, setParameters } from "../app/location.ts";
import { environmentNamed } from "../app/session.ts";
import { type Action, actionNames } from "./action.ts";

/** What the dialog of an action gets. */
export interface ActionProperties {
  readonly environment: string;
  readonly action: Action;
  readonly close: () => void;
}

type Dialogs = typeof import("./dialogs.tsx") & typeof import("./operation.tsx");

/**
 * The confirmation of the action that the address names, or the state of an operation, over
 * whatever page is shown.
 */
export function Actions() {
  const dialogs = useSignal<Dialogs | undefined>(undefined);
  const action = useComputed(read);
  const wanted = action.value !== undefined || parameter("operation") !== undefined;
  useEffect(() => {
    if (!wanted || dialogs.peek() !== undefined) return;
    void Promise.all([import("./dialogs.tsx"), import("./operation.tsx")]).then(([all, one]) => {
      dialogs.value = { ...all, ...one };
    });
  }, [wanted]);
  const environment = routeOf(path.value)?.environment;
  if (dialogs.value === undefined) return null;
  if (action.value === undefined) return <dialogs.value.Operations />;
  if (environment === undefined || environmentNamed(environment) === undefined) return null;
  const Confirmation = dialogs.value.dialogs[action.value.name];
  const key = `${action.value.name} ${action.value.of} ${action.value.to}`;
  return (
    <Confirmation
      key={key}
      environment={environment}
      action={action.value}
      close={() => setParameters({ do: undefined, of: undefined, to: undefined })}
    />
  );
}

function read(): Action | undefined {
  const wanted = parameter("do");
  const name = actionNames.find((one) => one === wanted);
  return name === undefined ? undefined : { name, of: parameter("of") ?? "", to: parameter("to") };
}
