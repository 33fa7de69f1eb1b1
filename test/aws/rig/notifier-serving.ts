import { rolePolicies } from "../../../src/aws/iam/role-policies.ts";
import { policyScope } from "../../../src/aws/iam/scope.ts";
import { requestOf } from "../../../src/aws/notifier/events.ts";
import { serve } from "../../../src/aws/notifier/notifier.ts";
import { contextFrom, settingsOf } from "../../../src/aws/notifier/settings.ts";
import type { Json } from "../../../src/core/json.ts";
import type { useNotified } from "../notifier-fixture.ts";
import { type Call, record } from "./middleware.ts";
import type { useMoto } from "./moto.ts";
import { acceleratedTiming } from "./timing.ts";

/** Calls the notifier in this process, with clients that note what they ask. */
export function notifierServing(
  environment: ReturnType<typeof useNotified>,
  server: ReturnType<typeof useMoto>,
) {
  return {
    serving: (transport: "ses" | "sns") => {
      const calls: Call[] = [];
      const { context, url } = environment();
      const timing = acceleratedTiming(100);
      const clients = record(server().clients({ endpointUrl: url, timing }), calls);
      const mail = { transport, from: "esteira@example.com", smtp: undefined };
      const settings = settingsOf({ ...context, environment: { ...context.environment, mail } });
      const lines: string[] = [];
      return {
        calls,
        lines,
        call: (event: Json, requestId = "one") =>
          serve(contextFrom(settings, clients, timing), requestOf(event), {
            requestId,
            endsAt: timing.now() + 120_000_000,
            log: (line) => lines.push(line),
          }),
      };
    },
    /** What its role may do. */
    policyOf: () => {
      const { workspace, partition, environment: of } = environment().context;
      return rolePolicies.notifier(policyScope({ workspace, partition, environment: of }));
    },
  };
}
