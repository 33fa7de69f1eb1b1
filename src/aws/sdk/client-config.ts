import { NodeHttpHandler } from "@smithy/node-http-handler";
import type { AwsCredentialIdentity, AwsCredentialIdentityProvider } from "@smithy/types";

import type { Timing } from "../../core/clock.ts";
import { maximumAttempts, retryStrategy } from "./retry-strategy.ts";

export interface ClientOptions {
  readonly region: string;
  /** One address for all services, as emulators and some private networks have it. */
  readonly endpointUrl?: string | undefined;
  readonly timing: Timing;
  /**
   * Absent: the usual places, as AWS's own command line looks them up. A function has to remember
   * what it found: each client asks it.
   */
  readonly credentials?: AwsCredentialIdentity | AwsCredentialIdentityProvider;
  /** Esteira's version, for the user agent. */
  readonly version?: string;
}

/** What all clients have in common: connections that are kept, time-outs and retries. */
export function sharedConfig(
  options: ClientOptions & { readonly credentials: NonNullable<ClientOptions["credentials"]> },
) {
  return {
    region: options.region,
    ...(options.endpointUrl === undefined ? {} : { endpoint: options.endpointUrl }),
    credentials: options.credentials,
    maxAttempts: maximumAttempts,
    retryStrategy: retryStrategy(options.timing),
    requestHandler: new NodeHttpHandler({
      connectionTimeout: 5000,
      requestTimeout: 60_000,
      throwOnRequestTimeout: true,
      httpAgent: { keepAlive: true, maxSockets: 50 },
      httpsAgent: { keepAlive: true, maxSockets: 50 },
    }),
    customUserAgent: [["esteira", options.version ?? "development"]] as [string, string][],
  };
}
