import {
  applyBootstrap,
  planBootstrap,
  type BootstrapOptions,
} from "../../../src/aws/bootstrap/bootstrap.ts";
import type { AwsContext } from "../../../src/aws/sdk/context.ts";
import type { ApplyEvent } from "../../../src/platform/port.ts";
import { unwrap } from "./unwrap.ts";

/** Makes the base layer that deploys build on; gives what was reported while it was made. */
export async function bootstrap(
  context: AwsContext,
  options?: BootstrapOptions,
): Promise<ApplyEvent[]> {
  const events: ApplyEvent[] = [];
  const plan = unwrap(await planBootstrap(context, options));
  unwrap(
    await applyBootstrap(context, plan, { actor: "root", listener: (event) => events.push(event) }),
  );
  return events;
}

/** `update role esteira-…: policy.RunTasks` and so on, for whatever isn't unchanged. */
export async function bootstrapChanges(
  context: AwsContext,
  options?: BootstrapOptions,
): Promise<string[]> {
  const { plan } = unwrap(await planBootstrap(context, options));
  return (plan.projects[0]?.changes ?? [])
    .filter(({ action }) => action !== "unchanged")
    .map(
      ({ action, kind, name, fields, drift }) =>
        `${action} ${kind} ${name}${fields.length > 0 ? `: ${fields.map(({ path }) => path).join(", ")}` : ""}${drift ? " (drift)" : ""}`,
    );
}
