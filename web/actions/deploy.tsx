import { Ask } from "../parts/ask.tsx";
import type { ActionProperties } from "./actions.tsx";
import { commandLine } from "./action.ts";

export function Deploy({ environment, action: { of }, close }: ActionProperties) {
  const command = commandLine(environment, "deploy", of);
  return (
    <Ask
      title={command}
      verb="Deploy"
      command={command}
      perform={() => Promise.reject(new Error("not yet"))}
      done={close}
      close={close}
    />
  );
}
