import { InvokeCommand } from "@aws-sdk/client-lambda";

import type { RunId } from "../../core/ids.ts";
import { isJsonObject, type Json, type JsonObject } from "../../core/json.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { Platform, PlatformError } from "../../platform/port.ts";
import type { Delivery } from "../../runs/delivery.ts";
import { callAws } from "../sdk/call.ts";
import { baseNames } from "../bootstrap/names.ts";
import { lastNotified } from "../bucket/notified.ts";
import type { BucketStore } from "../bucket/store.ts";
import type { AwsContext } from "../sdk/context.ts";
import { runBootstrap } from "../sdk/errors.ts";
import { isNotFound } from "../sdk/error-names.ts";
import { backfillRequest } from "./backfill-end.ts";
import { notifierTimeoutSeconds } from "./settings.ts";
import type { Deliveries } from "../../platform/roles/deliveries.ts";

/**
 * What people ask of the notifier. Who was notified is in the bucket; to notify somebody, the
 * function itself is called.
 */
export function notifierDeliveries(
  context: AwsContext,
  store: BucketStore,
  run: Platform["run"],
): Deliveries {
  const deliveriesOf = (answer: Json): readonly Delivery[] => {
    const list = isJsonObject(answer) ? answer["deliveries"] : undefined;
    return Array.isArray(list) ? (list as readonly object[] as readonly Delivery[]) : [];
  };
  const projectOf = async (id: RunId): Promise<Result<string, PlatformError>> => {
    const found = await run(id);
    return found.ok ? ok(found.value.project) : found;
  };
  return {
    async ofRun(id) {
      const project = await projectOf(id);
      if (!project.ok) return project;
      const notified = await lastNotified(store, project.value, id);
      return notified.ok ? ok(notified.value?.deliveries ?? []) : notified;
    },
    async retry(id) {
      if (id === undefined) {
        const all = await ask(context, { esteira: "retry" });
        return all.ok ? ok(deliveriesOf(all.value)) : all;
      }
      const project = await projectOf(id);
      if (!project.ok) return project;
      const answer = await ask(context, { esteira: "retry", project: project.value, run: id });
      return answer.ok ? ok(deliveriesOf(answer.value)) : answer;
    },
    async backfillEnded(end) {
      const answer = await ask(context, backfillRequest(end));
      return answer.ok ? ok(deliveriesOf(answer.value)) : answer;
    },
    async sendTest(recipients, { subject, body, of: { project, actor = "" } = {} }) {
      const environment = context.environment.name;
      if (project === undefined) {
        return err({
          reason: "refused",
          message: `in ${environment} a test message goes to people that a deployed project notifies, and no project is named`,
          help: `name it: \`esteira notify test PROJECT -e ${environment}\``,
        });
      }
      const answer = await ask(context, {
        esteira: "test",
        project,
        recipients: [...recipients],
        actor,
        // For an older function, which takes the text.
        subject,
        body,
      });
      return answer.ok ? ok(deliveriesOf(answer.value)) : answer;
    },
  };
}

/**
 * Calls the function and waits for its answer.
 * https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
 */
async function ask(context: AwsContext, event: JsonObject): Promise<Result<Json, PlatformError>> {
  const { clients, environment, workspace } = context;
  const FunctionName = baseNames(workspace, environment).notifier;
  const answered = await callAws(
    environment.name,
    `call the function ${FunctionName}`,
    async () => {
      try {
        return await clients.lambda.send(
          new InvokeCommand({ FunctionName, Payload: JSON.stringify(event) }),
          // Asked again because it takes long, it would be at work twice.
          { requestTimeout: (notifierTimeoutSeconds + 10) * 1000 },
        );
      } catch (thrown) {
        if (isNotFound(thrown)) return undefined;
        throw thrown;
      }
    },
  );
  if (!answered.ok) return answered;
  if (answered.value === undefined) {
    return err({
      reason: "not-found",
      message: `environment ${environment.name} has no notifier`,
      help: runBootstrap(environment.name),
    });
  }
  const { FunctionError, Payload } = answered.value;
  const text = Payload?.transformToString() ?? "";
  const answer = parsed(text);
  if (FunctionError === undefined && answer !== undefined) return ok(answer);
  const said = isJsonObject(answer) ? answer["errorMessage"] : text.slice(0, 500);
  return err({
    reason: "failed",
    message: `the function ${FunctionName} failed: ${typeof said === "string" && said !== "" ? said : (FunctionError ?? "it answered nothing")}`,
    help: `its log has more: /aws/lambda/${FunctionName}`,
    resource: FunctionName,
  });
}

/** Undefined for what is no JSON: an error of what runs functions may come in plain words. */
function parsed(text: string): Json | undefined {
  if (text === "") return null;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
