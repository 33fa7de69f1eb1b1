import { signal } from "@preact/signals";

import type { ConsoleDocument } from "../../src/app/documents/console.ts";
import { addressFor } from "../api/api.ts";
import { read, useCsrf } from "../api/client.ts";
import type { Problem } from "../api/problem.ts";
import { showZone } from "../words/format.ts";
import { isChosen, showLanguage } from "../words/language.ts";

export type Session = ConsoleDocument<"session">;

/** An environment of the workspace. */
export type Environment = Session["environments"][number];

/** Who looks, at what, and what they may do; `undefined` until it is read. */
export const session = signal<Session | undefined>(undefined);

/** Why the session can't be read. */
export const sessionProblem = signal<Problem | undefined>(undefined);

/** Reads the session. Without a choice of the viewer's, the workspace's language is shown. */
export async function readSession(): Promise<void> {
  const answer = await read<Session>(addressFor("session", {}));
  if (!answer.ok) {
    sessionProblem.value = answer.problem;
    return;
  }
  sessionProblem.value = undefined;
  useCsrf(answer.value.csrf);
  if (!isChosen() && answer.value.language === "pt-BR") showLanguage("pt-BR");
  showZone(answer.value.zone);
  session.value = answer.value;
}

/** The environment of this name; `undefined`: the workspace has none. */
export function environmentNamed(name: string): Environment | undefined {
  return session.value?.environments.find((one) => one.name === name);
}
