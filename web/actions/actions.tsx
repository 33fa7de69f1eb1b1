import { useComputed, useSignal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";

import { parameter, setParameters } from "../app/location.ts";
import { routeOf } from "../app/addresses.ts";
import { path } from "../app/location.ts";
import { environmentNamed } from "../app/session.ts";
import { type Action, actionNames } from "./action.ts";

/** What the dialog of an action gets. */
export interface ActionProperties {
  readonly environment: string;
  readonly action: Action;
  readonly close: () => void;
}

type Dialogs = Readonly<Record<Action["name"], ComponentType<ActionProperties>>>;

/** The confirmation of the action that the address names, over whatever page is shown. */
export function Actions() {
  const dialogs = useSignal<Dialogs | undefined>(undefined);
  const action = useComputed(read);
  const wanted = action.value !== undefined;
  useEffect(() => {
    if (!wanted || dialogs.peek() !== undefined) return;
    void import("./dialogs.tsx").then((loaded) => {
      dialogs.value = loaded.dialogs;
    });
  }, [wanted]);
  const environment = routeOf(path.value)?.environment;
  if (action.value === undefined || dialogs.value === undefined) return null;
  if (environment === undefined || environmentNamed(environment) === undefined) return null;
  const Confirmation = dialogs.value[action.value.name];
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
