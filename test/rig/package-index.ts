import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

/** An index of Python packages that asks for a name and a password. */
export interface PrivateIndex {
  /** `http://127.0.0.1:34567/simple/` */
  readonly url: string;
  /** Paths of requests that were answered: those that brought the password. */
  readonly answered: string[];
  close(): Promise<void>;
}

export const indexUser = "ana";
/** With characters that an address has to escape. */
export const indexPassword = "se/cr@t:p%ss";

/**
 * Serves the wheels of a folder as pip and uv ask for them:
 * https://packaging.python.org/en/latest/specifications/simple-repository-api/
 */
export async function startPrivateIndex(wheels: string): Promise<PrivateIndex> {
  const wanted = `Basic ${Buffer.from(`${indexUser}:${indexPassword}`).toString("base64")}`;
  const answered: string[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? "";
    if (request.headers.authorization !== wanted) {
      response.writeHead(401, { "www-authenticate": "Basic realm=packages" }).end();
      return;
    }
    answered.push(path);
    const [, folder, name = ""] = path.split("/");
    const files = readdirSync(wheels).filter(
      (file) => file.split("-")[0]?.replaceAll("_", "-") === name,
    );
    if (folder === "simple" && files.length > 0) {
      const links = files.map((file) => `<a href="/files/${file}">${file}</a>`);
      response.writeHead(200, { "content-type": "text/html" }).end(links.join("\n"));
    } else if (folder === "files" && readdirSync(wheels).includes(name)) {
      response.writeHead(200).end(readFileSync(join(wheels, name)));
    } else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/simple/`,
    answered,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
