import { readFile, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { join } from "node:path";

import { esteira } from "../../cli/cli.ts";
import { shellWorkspace, write } from "../../cli/workspace.ts";
import { type OpenConsole, openedConsole } from "./opened.ts";

/** What the step writes into its log and its artifacts. */
export const script = "<script>alert(1)</script>";

/** An answer, as it came. */
export interface RawAnswer {
  readonly status: number | undefined;
  readonly body: string;
}

/** A console over a workspace with one run, whose step wrote what would harm who looks at it. */
export interface HostileConsole extends AsyncDisposable {
  /** The workspace's folder, absolute. */
  readonly path: string;
  readonly opened: OpenConsole;
  /** The run's id. */
  readonly run: string;
  /** What a browser can't be made to send with `fetch`: another `Host`, a path as it is. */
  readonly raw: (path: string, headers?: Readonly<Record<string, string>>) => Promise<RawAnswer>;
}

/** The project has a secret, `hunter2-hunter2`, and a webhook at `very-secret-path`. */
export async function hostileConsole(): Promise<HostileConsole> {
  const workspace = await shellWorkspace({
    hostile: `- { id: leave, command: "echo '${script}'; echo $TOKEN; d=\${ESTEIRA_ARTIFACTS_URI#file://}leave; mkdir -p $d; for f in page.html picture.svg report.md; do echo '${script}' > $d/$f; done" }`,
  });
  const { path } = workspace;
  const config = join(path, "src/projects/hostile/config.yaml");
  await writeFile(
    config,
    `${await readFile(config, "utf8")}runtime: { secrets: { TOKEN: "ssm:token" } }
notifications: { on_failure: ["https://chat.example.com/hooks/very-secret-path"] }
`,
  );
  await write(path, ".esteira/secrets/hostile.env", "TOKEN=hunter2-hunter2\n");
  await esteira(path, ["deploy"]);
  const ran = await esteira(path, ["run", "hostile", "--json"]);
  const last = JSON.parse(ran.out.split("\n").at(-1) ?? "") as { run: { run: string } };
  const opened = await openedConsole(path);
  return {
    path,
    opened,
    run: last.run.run,
    raw: (asked, headers = {}) => sendRaw(opened, asked, headers),
    async [Symbol.asyncDispose]() {
      await opened[Symbol.asyncDispose]();
      await workspace[Symbol.asyncDispose]();
    },
  };
}

function sendRaw(
  { base, cookie }: OpenConsole,
  path: string,
  headers: Readonly<Record<string, string>>,
): Promise<RawAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<RawAnswer>();
  const { hostname, port } = new URL(base);
  const sent = request({ hostname, port, path, headers: { cookie, ...headers } }, (answer) => {
    let body = "";
    answer.setEncoding("utf8");
    answer.on("data", (text: string) => {
      body += text;
    });
    answer.on("end", () => resolve({ status: answer.statusCode, body }));
  });
  sent.on("error", reject);
  sent.end();
  return promise;
}
