import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";

import type { Part } from "../rig/parts.ts";

/**
 * Asks Docker's own client what it would send to an engine as the build context. No engine is
 * needed: this is one, as far as the client sees.
 */
export interface DockerClient {
  /** Paths of the files that it sends, sorted; undefined when it refuses the folder. */
  readonly context: (directory: string) => Promise<readonly string[] | undefined>;
}

/** The docker client, where it still has the builder that sends the context in one piece. */
export async function dockerClient(): Promise<Part<DockerClient>> {
  const directory = await mkdtemp(join(tmpdir(), "esteira-context-"));
  try {
    await writeFile(join(directory, "Dockerfile"), "FROM scratch\n");
    const sent = await context(directory);
    if (sent?.join() === "Dockerfile") return { context };
    return { missing: "a Docker client with the classic builder: it sent no build context" };
  } finally {
    await rm(directory, { recursive: true });
  }
}

async function context(directory: string): Promise<readonly string[] | undefined> {
  let archive: Buffer | undefined;
  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      response.setHeader("API-Version", "1.41");
      response.setHeader("Ostype", "linux");
      if (request.url?.includes("/build?") === true) archive = body;
      response.end(request.url?.includes("_ping") === true ? "OK" : '{"stream":"ok"}\n');
    });
  });
  await new Promise<void>((listening) => {
    server.listen(0, "127.0.0.1", listening);
  });
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  await execa("docker", ["build", "."], {
    cwd: directory,
    env: { DOCKER_HOST: `tcp://127.0.0.1:${port}`, DOCKER_BUILDKIT: "0" },
    reject: false,
    timeout: 20_000,
  });
  server.closeAllConnections();
  server.close();
  return archive && filesOf(archive);
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/**
 * Names of the files in a tar archive: headers of 512 bytes, the name first, the size in octal,
 * then the kind.
 */
function filesOf(archive: Buffer): string[] {
  const files: string[] = [];
  for (let at = 0; at + 512 <= archive.length && archive[at] !== 0;) {
    const header = archive.subarray(at, at + 512);
    const [name = ""] = header.toString("utf8", 0, 100).split("\0");
    const size = Number.parseInt(header.toString("utf8", 124, 135), 8);
    if (header.toString("utf8", 156, 157) === "0") files.push(name);
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return files.toSorted();
}
