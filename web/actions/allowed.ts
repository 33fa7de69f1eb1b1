import { session } from "../app/session.ts";

/** Why nothing may be changed by this page; `undefined`: it may. */
export function notAllowed(): string | undefined {
  const here = session.value;
  if (here === undefined || here.changes) return undefined;
  return here.readOnlyBecause ?? undefined;
}
