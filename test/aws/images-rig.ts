import { spawn } from "node:child_process";
import { createPrivateKey, randomBytes, randomUUID, sign, X509Certificate } from "node:crypto";
import { once } from "node:events";
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";

import { execa } from "execa";

import type { ImageOptions } from "../../src/aws/images/registry-images.ts";
import { registryImages } from "../../src/aws/images/registry-images.ts";
import type { ImagePort } from "../../src/aws/images/image-port.ts";
import type { Clients } from "../../src/aws/sdk/context.ts";
import type { AwsEnvironment, Project } from "../../src/config/model.ts";
import { environmentName } from "../../src/core/ids.ts";
import { makeRelease } from "../../src/release/build.ts";
import { readProjectSources, sourcePlaces } from "../../src/release/project-sources.ts";
import type { Release } from "../../src/release/release.ts";
import type { Part } from "../rig/parts.ts";
import { recsys, workspaceWith } from "./deploy-fixture.ts";
import { type HttpServer, startServer } from "./images-servers.ts";
import { awsContext, awsEnvironment } from "./rig/context.ts";
import { unwrap } from "./rig/unwrap.ts";

export interface RegistryProgram {
  readonly program: string;
}

/** The program that a test starts its own registry with. */
export async function registryProgram(): Promise<Part<RegistryProgram>> {
  const program = "docker-registry";
  const { exitCode } = await execa(program, ["--version"], { reject: false, timeout: 20_000 });
  return exitCode === 0
    ? { program }
    : { missing: "docker-registry: `tools/rig/install.sh` installs it" };
}

export interface OwnRegistry {
  /** `127.0.0.1:34567` */
  readonly address: string;
  stop(): Promise<void>;
}

/** Name and password of a registry that asks for them. */
export const reader = { username: "ana", password: "only-for-tests" };
// bcrypt of that password, which is all that the registry reads.
const htpasswd = "ana:$2b$04$pV/9eK.B3jxQQZPbRfxcI.tWxGQ0AWcMyRY0/UyfTgPLavc8SWaS.\n";

/**
 * Starts a registry that forgets everything when it is stopped. `auth` is the section of its
 * configuration, as YAML on one line.
 */
export async function startRegistry(
  part: RegistryProgram,
  auth: (folder: string) => Promise<string> | string = () => "",
): Promise<OwnRegistry> {
  const folder = await mkdtemp(join(tmpdir(), "esteira-registry-"));
  const config = join(folder, "config.yml");
  await writeFile(
    config,
    `version: 0.1
log: {accesslog: {disabled: true}, level: info}
storage:
  filesystem: {rootdirectory: ${folder}/data}
  delete: {enabled: true}
http: {addr: "127.0.0.1:0", secret: only-for-tests}
${await auth(folder)}
`,
  );
  const child = spawn(part.program, ["serve", config], { stdio: ["ignore", "ignore", "pipe"] });
  const exited = once(child, "exit");
  const lines = createInterface({ input: child.stderr });
  const said: string[] = [];
  const address = await new Promise<string>((resolve, reject) => {
    lines.on("line", (line) => {
      said.push(line);
      const found = /listening on (127\.0\.0\.1:\d+)/.exec(line)?.[1];
      if (found !== undefined) resolve(found);
    });
    void exited.then(() => {
      reject(new Error(`the registry did not start:\n${said.join("\n")}`));
    });
  });
  return {
    address,
    async stop() {
      child.kill();
      await exited;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Asks for `reader`'s name and password. */
export async function withPassword(folder: string): Promise<string> {
  await writeFile(join(folder, "htpasswd"), htpasswd);
  return `auth: {htpasswd: {realm: tests, path: ${folder}/htpasswd}}`;
}

/**
 * A server that gives tokens for a registry, as the big registries have one; counts what it gave.
 */
export interface TokenServer {
  readonly auth: (folder: string) => Promise<string>;
  /** The scopes that tokens were given for. */
  readonly given: string[];
  /** Anybody may read; false: tokens for `reader` only. */
  anonymous: boolean;
  stop(): Promise<void>;
}

export async function startTokenServer(): Promise<TokenServer> {
  const folder = await mkdtemp(join(tmpdir(), "esteira-tokens-"));
  const [key, certificate] = [join(folder, "key.pem"), join(folder, "certificate.pem")];
  const request = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=tests".split(" ");
  await execa("openssl", [...request, "-keyout", key, "-out", certificate]);
  const privateKey = createPrivateKey(await readFile(key));
  const x5c = [new X509Certificate(await readFile(certificate)).raw.toString("base64")];
  const given: string[] = [];
  const wanted = `Basic ${Buffer.from(`${reader.username}:${reader.password}`).toString("base64")}`;
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const tokenFor = (scopes: readonly string[]): string => {
    const now = Math.floor(Date.now() / 1000);
    const access = scopes.map((scope) => {
      const [type, name, actions = ""] = scope.split(":");
      return { type, name, actions: actions.split(",") };
    });
    const head = part({ alg: "RS256", typ: "JWT", x5c });
    const body = part({
      iss: "tests",
      aud: "registry",
      sub: "",
      iat: now,
      nbf: now - 10,
      exp: now + 300,
      jti: randomUUID(),
      access,
    });
    const signature = sign("sha256", Buffer.from(`${head}.${body}`), privateKey);
    return `${head}.${body}.${signature.toString("base64url")}`;
  };
  let server: HttpServer | undefined;
  const tokens: TokenServer = {
    given,
    anonymous: false,
    auth: () =>
      Promise.resolve(
        `auth: {token: {realm: "${server?.url}/token", service: registry, issuer: tests, rootcertbundle: ${certificate}}}`,
      ),
    async stop() {
      await server?.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
  server = await startServer((request, response) => {
    const { authorization } = request.headers;
    const known = authorization === wanted;
    if (!known && (authorization !== undefined || !tokens.anonymous)) {
      response.writeHead(401, { "content-type": "application/json" });
      response.end('{"details":"incorrect username or password"}');
      return;
    }
    const asked = new URL(request.url ?? "", "http://tokens").searchParams.getAll("scope");
    const scopes = known ? asked : asked.filter((scope) => scope.endsWith(":pull"));
    given.push(...scopes);
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ token: tokenFor(scopes), expires_in: 300 }));
  });
  return tokens;
}

/** A workspace on disk with one project, which an image is built from in a second. */
export interface Sources {
  readonly root: string;
  /** Writes a file of the project. */
  write(file: string, text: string): Promise<void>;
  /** Writes a file of the workspace. */
  writeShared(file: string, text: string): Promise<void>;
  /** The project's release as its files are now. */
  release(environment: AwsEnvironment, changes?: Partial<Project>): Promise<Release>;
  remove(): Promise<void>;
}

export async function makeSources(): Promise<Sources> {
  const root = await mkdtemp(join(tmpdir(), "esteira-images-"));
  const folder = join(root, "src/projects/recsys");
  await mkdir(folder, { recursive: true });
  const write = (file: string, text: string) => writeFile(join(folder, file), text);
  await write("Dockerfile", "FROM scratch\nARG PYTHON_VERSION\nCOPY main.py /app/\n");
  // Different content, so that tests that run side by side don't build the same image.
  await write("main.py", `print("${randomBytes(8).toString("hex")}")\n`);
  await mkdir(join(folder, "__pycache__"));
  await write("__pycache__/main.pyc", "not a source");
  await chmod(folder, 0o755);
  return {
    root,
    write,
    async writeShared(file, text) {
      await mkdir(dirname(join(root, file)), { recursive: true });
      await writeFile(join(root, file), text);
    },
    async release(environment, changes = {}) {
      const project = recsys({ environment: environment.name, ...changes });
      const { hash, packages } = unwrap(await readProjectSources(root, sourcePlaces(project)));
      const workspace = workspaceWith(environment);
      return makeRelease(project, workspace, environment, hash, undefined, packages).release;
    },
    remove: () => rm(root, { recursive: true, force: true }),
  };
}

/** An environment whose images are in this repository: `127.0.0.1:5000/ml`. */
export function environmentWith(
  name: string,
  reference: string,
  changes: Partial<AwsEnvironment> = {},
): AwsEnvironment {
  return awsEnvironment({
    name: environmentName(name),
    repository: { kind: "oci", reference },
    ...changes,
  });
}

/** The images of an environment that nothing but its registry is asked about. */
export function imagesOf(
  environment: AwsEnvironment,
  others: readonly AwsEnvironment[],
  options: Partial<ImageOptions> & { readonly root: string },
  clients: Clients = {} as Clients,
): ImagePort {
  return registryImages(awsContext(clients, { environment }), {
    workspace: workspaceWith(environment, ...others),
    processEnvironment: process.env,
    commit: "0123abcdef0123456789",
    network: "none",
    ...options,
  });
}

/** Publishes and gives what was reported meanwhile. */
export async function publish(images: ImagePort, release: Release) {
  const lines: string[] = [];
  const result = await images.publish(release, { output: (line) => lines.push(line) });
  return { result, lines };
}

/** For tests in which nothing has to be built. */
export const neverBuilds = (): never => {
  throw new Error("nothing has to be built here");
};

export async function localTags(repository: string): Promise<string[]> {
  const { stdout } = await execa("docker", [
    "image",
    "ls",
    "--format",
    "{{.Repository}}:{{.Tag}}",
    repository,
  ]);
  return stdout.split("\n").filter((line) => line !== "" && !line.endsWith("<none>"));
}

/** The engine is shared: only what these tests named is removed. */
export async function removeFromEngine(repository: string): Promise<void> {
  const { stdout } = await execa("docker", ["image", "ls", "--quiet", repository]);
  const ids = [...new Set(stdout.split("\n").filter((id) => id !== ""))];
  if (ids.length > 0) await execa("docker", ["image", "rm", "--force", ...ids]);
}
