import { err, ok, type Result } from "../../core/result.ts";
import { unreachable } from "../../core/unreachable.ts";
import type { PlatformError } from "../../platform/port.ts";
import type { ProcessEnvironment } from "../../oci/credentials.ts";
import { pullCommand } from "./build-command.ts";
import { lastError, runDocker } from "./docker.ts";
import type { ImageProgress } from "./image-port.ts";
import { interrupted, noClient, withLogin } from "./login.ts";
import type { Repository } from "./repository.ts";

/** Brings an image into the Docker engine of this machine, unless it is there. */
export async function pullImage(
  { reference: { host }, credentials, signIn }: Repository,
  uri: string,
  processEnvironment: ProcessEnvironment,
  { output, signal }: ImageProgress,
): Promise<Result<void, PlatformError>> {
  const inspect = { args: ["image", "inspect", "--format", "{{.Id}}", uri], environment: {} };
  const there = await runDocker(inspect, { processEnvironment, output: () => undefined, signal });
  if (there.kind === "succeeded") return ok(undefined);
  if (there.kind === "no-client") return err(noClient());
  const known = await credentials();
  if (!known.ok) return known;
  return withLogin(
    { host, credentials: known.value, signIn, processEnvironment, signal },
    async (folder) => {
      const pulled = await runDocker(pullCommand(uri, folder), {
        processEnvironment,
        output,
        signal,
      });
      switch (pulled.kind) {
        case "succeeded":
          return ok(undefined);
        case "interrupted":
          return err(interrupted(`fetching ${uri}`));
        case "no-client":
          return err(noClient());
        case "failed":
          return err({
            reason: "failed",
            message: `the image ${uri} can't be fetched: ${lastError(pulled.lines)}`,
            help: "Repeat the command when the Docker engine answers and the registry has the image.",
            resource: uri,
          });
        default:
          return unreachable(pulled);
      }
    },
  );
}
