import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** What the ECS agent answers a task: its role's credentials, to who has the task's token. */
export interface TaskCredentials {
  /** The variables by which a task finds it. */
  readonly variables: Readonly<Record<string, string>>;
  /** How often it was asked. */
  asked(): number;
  close(): void;
}

export async function serveTaskCredentials(): Promise<TaskCredentials> {
  const token = "only-for-tests";
  let asked = 0;
  const server = createServer((request, response) => {
    asked += 1;
    response.statusCode = request.headers.authorization === token ? 200 : 403;
    response.end(
      JSON.stringify({
        AccessKeyId: "AKIAEXAMPLE",
        SecretAccessKey: "secret",
        Token: "session",
        Expiration: new Date(Date.now() + 3_600_000).toISOString(),
      }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    variables: {
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `http://127.0.0.1:${port}/credentials`,
      AWS_CONTAINER_AUTHORIZATION_TOKEN: token,
    },
    asked: () => asked,
    close: () => server.close(),
  };
}
