import { Ask } from "../parts/ask.tsx";
import type { ActionProperties } from "./actions.tsx";
import { commandLine } from "./action.ts";

export function Backfill({ environment, action: { of }, close }: ActionProperties) {
  const command = commandLine(environment, "backfill", of);
  return (
    <Ask
      title={command}
      verb="Backfill"
      command={command}
      perform={() => Promise.reject(new Error("not yet"))}
      done={close}
      close={close}
    />
  );
}
