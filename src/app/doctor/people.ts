import type { Environment, Project } from "../../config/model.ts";
import { type DoctorCheck, reporter } from "./check.ts";

/**
 * Whether the mail that the project asks for has a way out; nothing where it has one, or where it
 * asks for none.
 */
export function checkPeople(
  { name, mail }: Pick<Environment, "name" | "mail">,
  notifications: Project["notifications"] | undefined,
): DoctorCheck[] {
  const asked = [...(notifications?.onSuccess ?? []), ...(notifications?.onFailure ?? [])].some(
    ({ kind }) => kind === "email",
  );
  if (!asked || mail !== undefined) return [];
  return [
    reporter("state machine", "mail").warning(
      `nobody is notified by e-mail: ${name} has no mail transport`,
      "Add `mail` to it in esteira.yaml.",
    ),
  ];
}
