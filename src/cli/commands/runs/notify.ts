import { isEmail } from "../../../config/rules/people.ts";
import { runId } from "../../../core/ids.ts";
import { ok, type Result } from "../../../core/result.ts";
import { shownAddress } from "../../../core/shown-address.ts";
import { composeTest } from "../../../runs/test-message.ts";
import { addressed } from "../../../runs/addressed.ts";
import type { Notification } from "../../../runs/model.ts";
import { isWebhook, type Delivery } from "../../../runs/delivery.ts";
import type { ActionOf, EnvironmentFlags } from "../definition.ts";
import type { CliContext } from "../../terminal/context.ts";
import { deployedProject } from "../../../app/deploy/deployed-project.ts";
import type { Exit } from "../../../app/exit-codes.ts";
import { failed, fromPlatform, refused, usage, type Failure } from "../../../app/failure.ts";
import { printJson } from "../../terminal/json-output.ts";
import { renderDeliveries } from "../../render/deliveries.ts";
import type { notifyTestCommand, NotifyTestFlags } from "./notify-test-command.ts";
import type { notifyRetryCommand } from "./notify-retry-command.ts";
import { findRun } from "../../../app/runs/run-reference.ts";
import { surroundingsOf } from "../../terminal/surroundings.ts";
import { deliveriesDocument } from "../../../app/runs/run-document.ts";
import { withPlatform, type PlatformSession } from "../../../app/workspace.ts";

export const test: ActionOf<typeof notifyTestCommand> = async (context, flags, project) =>
  withPlatform(context, flags.env, (session) => sendTest(context, flags, session, project));

export const retry: ActionOf<typeof notifyRetryCommand> = async (context, flags, reference) =>
  withPlatform(context, flags.env, (session) => sendAgain(context, flags, session, reference));

async function sendTest(
  context: CliContext,
  flags: NotifyTestFlags,
  session: PlatformSession,
  project: string | undefined,
): Promise<Result<Exit, Failure>> {
  const { platform, environment } = session;
  const addressees = await recipientsOf(flags.to ?? [], session, project);
  if (!addressees.ok) return addressees;
  const { recipients, ...form } = addressees.value;
  const at = context.clock.now();
  const sent = await platform.deliveries.sendTest(recipients, {
    ...form,
    ...composeTest({ environment, project, actor: session.actor }),
    of: { project, actor: session.actor },
    id: `esteira-test-${at.toString(36)}`,
  });
  if (!sent.ok) return failed(fromPlatform(sent.error));
  return show(context, flags, environment, sent.value);
}

type Addressed = Pick<Notification, "recipients" | "formats">;

/**
 * Who is meant, each once: those that were named, or all that a deployed project notifies. A
 * webhook that is named gets the form that the named project asks for.
 */
async function recipientsOf(
  named: readonly string[],
  session: PlatformSession,
  project: string | undefined,
): Promise<Result<Addressed, Failure>> {
  const wrong = named.find((one) => !isEmail(one) && !one.startsWith("https://"));
  if (wrong !== undefined) {
    return usage(
      `${shownAddress(wrong)} is neither an e-mail address nor a webhook`,
      "Write it as in ana@example.com or https://hooks.example.com/….",
    );
  }
  if (named.length > 0 && (project === undefined || !named.some(isWebhook))) {
    return ok({ recipients: [...new Set(named)] });
  }
  if (project === undefined) {
    return usage("nobody is named", "Name a project, or somebody with --to.");
  }
  const deployed = await deployedProject(session, project);
  if (!deployed.ok) return deployed;
  const { onSuccess, onFailure } = deployed.value.release.notifications;
  const all = addressed([...onSuccess, ...onFailure]);
  if (named.length > 0) return ok({ ...all, recipients: [...new Set(named)] });
  if (all.recipients.length > 0) return ok(all);
  return refused(
    `${project} notifies nobody`,
    "Add recipients to `notifications` in its config.yaml and deploy it.",
  );
}

async function sendAgain(
  context: CliContext,
  flags: EnvironmentFlags,
  { platform, environment, projectNames }: PlatformSession,
  reference: string | undefined,
): Promise<Result<Exit, Failure>> {
  const found =
    reference === undefined ? undefined : await findRun(platform, reference, projectNames);
  if (found?.ok === false) return found;
  const run = found === undefined ? undefined : runId(found.value.run);
  const tried = await platform.deliveries.retry(run);
  if (!tried.ok) return failed(fromPlatform(tried.error));
  return show(context, flags, environment, tried.value);
}

function show(
  context: CliContext,
  flags: EnvironmentFlags,
  environment: string,
  deliveries: readonly Delivery[],
): Result<Exit, Failure> {
  const reached = deliveries.every(({ state }) => state === "sent");
  if (flags.json) {
    printJson(context, "deliveries", deliveriesDocument(environment, deliveries));
  } else if (deliveries.length === 0) {
    context.out.line("Nobody is waiting to be notified.");
  } else {
    context.out.lines(renderDeliveries(deliveries, environment, surroundingsOf(context)));
    if (deliveries.some(({ recipient, state }) => state === "sent" && !isWebhook(recipient))) {
      context.out.line(
        context.out.style.dim("  The mail server took it; look into the mailbox, too."),
      );
    }
  }
  return ok(reached ? "ok" : "failed");
}
