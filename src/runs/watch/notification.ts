import { aboutNoRun } from "../about.ts";
import { addressed } from "../addressed.ts";
import type { Notification } from "../model.ts";
import type { Recipient } from "../notification-facts.ts";
import type { WatchFinding } from "./facts.ts";

/**
 * Composes what a project's people are notified of findings: those who are notified of its
 * failures.
 *
 * @param findings of one project, none that they were notified of before
 * @param recipients those of `notifications.on_failure`
 * @returns undefined when there is nothing to report or nobody to notify
 */
export function composeWatchNotification(
  environment: string,
  findings: readonly WatchFinding[],
  recipients: readonly Recipient[],
): Notification | undefined {
  const [first, ...others] = findings;
  if (first === undefined || recipients.length === 0) return undefined;
  const more = others.length === 0 ? "" : ` (and ${others.length} more)`;
  return {
    outcome: "failure",
    ...addressed(recipients),
    subject: `[${environment}] ${first.message}${more}`.replaceAll(/\s+/g, " "),
    body: `${findings
      .map(({ message, help }) => `${upperFirst(message)}.\nWhat to do: ${help}`)
      .join("\n\n")}\n\nAll of ${environment}: esteira watch --once -e ${environment}\n`,
    about: aboutNoRun("watch", environment, first.project),
  };
}

/** Names begin small, and stay so: a project's or a run's at the beginning of a sentence. */
function upperFirst(message: string): string {
  return message.startsWith("run ") ? `R${message.slice(1)}` : message;
}
