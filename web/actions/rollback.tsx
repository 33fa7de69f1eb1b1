import { Ask } from "../parts/ask.tsx";
import type { ActionProperties } from "./actions.tsx";
import { commandLine } from "./action.ts";

export function Rollback({ environment, action: { of }, close }: ActionProperties) {
  const command = commandLine(environment, "rollback", of);
  return (
    <Ask
      title={command}
      verb="Rollback"
      command={command}
      perform={() => Promise.reject(new Error("not yet"))}
      done={close}
      close={close}
    />
  );
}
