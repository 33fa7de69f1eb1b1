import { PutObjectCommand } from "@aws-sdk/client-s3";

import { ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import type { BucketStore } from "../bucket/store.ts";
import { callAws } from "../sdk/call.ts";
import type { AwsContext } from "../sdk/context.ts";
import {
  type ArrivalPort,
  type Awaiting,
  lookAtArrivals,
  type ObjectEvent,
  takeObject,
} from "./arrivals.ts";
import { deployedSchedule, startByName } from "./deployed-schedule.ts";

/** What the function is called with because of objects. */
export type ArrivalRequest =
  | { readonly kind: "object"; readonly object: ObjectEvent }
  /** The look of each minute. */
  | { readonly kind: "look-at-arrivals" };

/** Starts what an object starts, or what is due; says so in the log. */
export async function serveArrivals(
  { context, store }: { readonly context: AwsContext; readonly store: BucketStore },
  request: ArrivalRequest,
  log: (line: string) => void,
): Promise<Result<void, PlatformError>> {
  const port = arrivalPort(context, store);
  const done = await (request.kind === "object"
    ? takeObject(port, request.object)
    : lookAtArrivals(port));
  if (!done.ok) return done;
  for (const line of done.value) log(line);
  return ok(undefined);
}

function arrivalPort(context: AwsContext, store: BucketStore): ArrivalPort {
  const { location } = store;
  const key = (project: string, run: string): string => `${project}/${run}/_trigger/objects.json`;
  return {
    store,
    now: () => context.timing.now(),
    async awaiting(project): Promise<Result<Awaiting | undefined, PlatformError>> {
      const deployed = await deployedSchedule(context, store, project);
      if (!deployed.ok || deployed.value?.schedule.on === undefined) {
        return deployed.ok ? ok(undefined) : deployed;
      }
      return ok({ on: deployed.value.schedule.on, disabled: deployed.value.disabled });
    },
    listUri: (project, run) => `${location.artifactsUri}/${key(project, run)}`,
    putList: (project, run, text) =>
      callAws(context.environment.name, `write what starts ${run}`, async () => {
        await context.clients.s3.send(
          new PutObjectCommand({
            Bucket: location.bucket,
            ...(location.own ? { ExpectedBucketOwner: context.environment.accountId } : {}),
            Key: location.artifacts + key(project, run),
            Body: text,
            ContentType: "application/json",
          }),
        );
      }),
    start: (project, run, input) => startByName(context, project, run, input),
  };
}
