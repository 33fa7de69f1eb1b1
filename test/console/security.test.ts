import { readFile, stat, symlink } from "node:fs/promises";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { esteira } from "../cli/cli.ts";
import { hostileConsole, type HostileConsole, script } from "./rig/hostile.ts";
import { openedConsole } from "./rig/opened.ts";

let hostile: HostileConsole;
let workspace: string;
let opened: HostileConsole["opened"];
let run: string;
let raw: HostileConsole["raw"];

beforeAll(async () => {
  hostile = await hostileConsole();
  ({ path: workspace, opened, run, raw } = hostile);
});
afterAll(() => hostile[Symbol.asyncDispose]());

const api = "/api/v1/environments/local";

async function errorOf(response: Response): Promise<string> {
  const { error } = (await response.json()) as { readonly error: { readonly message: string } };
  return `${response.status} ${error.message}`;
}

describe("who is let in", () => {
  test("nobody without the cookie, or with another one", async () => {
    for (const headers of [{ cookie: "" }, { cookie: `${opened.cookie}x` }]) {
      expect(await errorOf(await opened.get("/api/v1/session", headers))).toBe(
        "401 nobody is known by this",
      );
    }
    const stream = await opened.get("/events?topic=fleet:local", { cookie: "" });
    expect(stream.status).toBe(401);
    const bearer = await opened.get("/api/v1/session", {
      cookie: "",
      authorization: "Bearer wrong",
    });
    expect(bearer.status).toBe(401);
  });

  test("the address opens it once, for a cookie of this port that no script reads", async () => {
    await using second = await openedConsole(workspace);
    const port = new URL(second.base).port;
    expect(second.cookie).toMatch(new RegExp(`^esteira-console-${port}=[\\w-]{43}$`));
    const again = await fetch(second.address, { redirect: "manual" });
    expect([again.status, await again.text()]).toEqual([
      403,
      "This address was used already, or is an older console's: it opens the console once.\nType `esteira console` again for a new one.\n",
    ]);
    const guess = await fetch(`${second.base}/open?code=guess`, { redirect: "manual" });
    expect(guess.status).toBe(403);
  });

  test("its cookie has the attributes that keep it where it is", async () => {
    const token = await esteira(workspace, ["console", "token", "add", "ana"]);
    await using shared = await openedConsole(workspace, ["--host", "127.0.0.1"]);
    const answer = await fetch(`${shared.base}/login`, {
      method: "POST",
      redirect: "manual",
      headers: { origin: shared.base, "content-type": "application/x-www-form-urlencoded" },
      body: `token=${token.out}`,
    });
    expect(answer.status).toBe(303);
    expect(answer.headers.get("set-cookie")).toMatch(
      /^esteira-console-\d+=[\w-]{43}; Path=\/; Max-Age=604800; HttpOnly; SameSite=Strict$/,
    );
    const wrong = await fetch(`${shared.base}/login`, {
      method: "POST",
      headers: { origin: shared.base, "content-type": "application/x-www-form-urlencoded" },
      body: "token=wrong",
    });
    expect([wrong.status, await wrong.text()]).toEqual([
      403,
      expect.stringContaining("Nobody has this token."),
    ]);
    await esteira(workspace, ["console", "token", "remove", "ana"]);
  });

  test("a token is kept as its hash, for its owner only, and ends when it is removed", async () => {
    const { out: token } = await esteira(workspace, ["console", "token", "add", "bob"]);
    const file = join(workspace, ".esteira/console-tokens.json");
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readFile(file, "utf8")).not.toContain(token);
    const authorization = `Bearer ${token}`;
    const session = await opened.get("/api/v1/session", { cookie: "", authorization });
    expect(await session.json()).toMatchObject({ person: "bob", actor: "ana (bob)" });
    await esteira(workspace, ["console", "token", "remove", "bob"]);
    const after = await opened.get("/api/v1/session", { cookie: "", authorization });
    expect(after.status).toBe(401);
  });
});

describe("who asks from elsewhere", () => {
  test("a name that was made to lead here is none of the console's", async () => {
    const { status, body } = await raw("/api/v1/session", { host: "evil.example:80" });
    expect(status).toBe(421);
    expect(JSON.parse(body)).toMatchObject({
      error: { message: 'this console isn\'t "evil.example:80"' },
    });
    expect((await raw("/", { host: "evil.example" })).status).toBe(421);
  });

  test("a page of another site reads nothing and changes nothing", async () => {
    const origin = "https://evil.example";
    expect(await errorOf(await opened.get("/api/v1/session", { origin }))).toBe(
      "403 this was asked by a page of another site",
    );
    const site = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" };
    expect((await raw(`${api}/fleet`, site)).status).toBe(403);
    const stop = `${api}/runs/${run}/stop`;
    expect(await errorOf(await opened.post(stop, {}, { origin }))).toBe(
      "403 this was asked by a page of another site",
    );
    const simple = { origin, "content-type": "text/plain" };
    expect((await opened.post(stop, "{}", simple)).status).toBe(403);
  });

  test("a change needs the page's own header, and a body of JSON", async () => {
    const stop = `${api}/runs/${run}/stop`;
    expect(await errorOf(await opened.post(stop, {}, { "x-esteira-csrf": "guess" }))).toBe(
      "403 the page is older than the console: its token for changes isn't known",
    );
    expect(await errorOf(await opened.post(stop, "{}", { "content-type": "text/plain" }))).toBe(
      "400 the body is no JSON",
    );
    expect((await opened.get(stop)).status).toBe(404);
  });
});

describe("what a step wrote has no power over who looks at it", () => {
  test("its files are saved, or shown as images in a sandbox", async () => {
    const path = (file: string, view = ""): string =>
      `${api}/runs/${run}/artifacts/raw?path=leave/${file}${view}`;
    const page = await opened.get(path("page.html"));
    expect(Object.fromEntries(page.headers)).toMatchObject({
      "content-type": "application/octet-stream",
      "content-disposition": "attachment; filename*=UTF-8''page.html",
      "content-security-policy": expect.stringMatching(/^sandbox; default-src 'none'/) as string,
      "x-content-type-options": "nosniff",
    });
    const picture = await opened.get(path("picture.svg", "&view=image"));
    expect(Object.fromEntries(picture.headers)).toMatchObject({
      "content-type": "image/svg+xml",
      "content-security-policy": expect.stringMatching(/^sandbox; default-src 'none'/) as string,
    });
    expect((await opened.get(path("page.html", "&view=image"))).status).toBe(404);
  });

  test("its log is JSON or an attachment, and its secrets are hidden", async () => {
    const shown = await opened.get(`${api}/runs/${run}/log?step=leave`);
    expect(shown.headers.get("content-type")).toBe("application/json; charset=utf-8");
    const text = await shown.text();
    expect(text).toContain(script);
    expect(text).not.toContain("hunter2");
    const whole = await opened.get(`${api}/runs/${run}/log/raw?step=leave`);
    expect(whole.headers.get("content-type")).toBe("application/octet-stream");
    expect(await whole.text()).toBe(`${script}\n***\n`);
    const search = await opened.get(`${api}/runs/${run}/log/search?step=leave&q=hunter2`);
    expect(await search.json()).toMatchObject({ hits: [], complete: true });
  });

  test("neither secrets nor the paths of webhooks are in any answer", async () => {
    const paths = ["fleet", "projects/hostile", `runs/${run}`, "audit", "plan", "tonight"];
    for (const path of [...paths, "projects/hostile/resources"]) {
      const answer = await (await opened.get(`${api}/${path}`)).text();
      expect(answer).not.toContain("hunter2");
      expect(answer).not.toContain("very-secret-path");
    }
  });

  test("pages take no script but the console's own files", async () => {
    for (const path of ["/", "/fleet/local", "/login"]) {
      const headers = (await opened.get(path)).headers;
      const policy = headers.get("content-security-policy") ?? "";
      expect(policy).toContain("default-src 'none'; script-src 'self';");
      expect(policy).not.toContain("unsafe");
      expect(policy).toContain("frame-ancestors 'none'");
      // A form's Origin would be null without any, and the sign-in refused.
      expect(headers.get("referrer-policy")).toBe(
        path === "/login" ? "same-origin" : "no-referrer",
      );
    }
  });
});

describe("paths lead nowhere else", () => {
  test("of pages", async () => {
    const paths = ["/../../package.json", "/..%2f..%2fpackage.json", "/%2e%2e/package.json"];
    for (const path of [...paths, "/assets/..%5c..%5cpackage.json", "/.esteira/esteira.db"]) {
      expect((await raw(path)).body).not.toContain('"dependencies"');
      expect((await raw(path)).body).not.toContain("SQLite");
    }
  });

  test("of artifacts, and through links that a step made", async () => {
    const root = join(workspace, ".esteira/artifacts/hostile", run, "leave");
    await symlink("/etc/passwd", join(root, "passwd.txt"));
    await symlink("/etc", join(root, "etc"));
    const paths = ["leave/passwd.txt", "leave/etc/passwd", "../../../esteira.db", "/etc/passwd"];
    for (const path of [...paths, "leave/../../x", "leave//page.html", "leave\u0000"]) {
      for (const how of ["look", "raw"]) {
        const where = `${api}/runs/${run}/artifacts/${how}?path=${encodeURIComponent(path)}`;
        expect([path, (await opened.get(where)).status]).toEqual([path, 404]);
      }
    }
    const listed = await (await opened.get(`${api}/runs/${run}/artifacts`)).text();
    expect(listed).not.toContain("passwd");
  });

  test("of names in the address", async () => {
    for (const name of ["..", "%2e%2e", "a%2fb", "a%00", "-x", "x".repeat(200)]) {
      expect((await raw(`${api}/runs/${name}`)).status).toBe(404);
      expect((await raw(`/api/v1/environments/${name}/fleet`)).status).toBe(404);
    }
  });
});

describe("what is too much", () => {
  test("of a body, of a header, and of what isn't known", async () => {
    const where = `${api}/projects/hostile/run`;
    const large = JSON.stringify({ params: { a: "x".repeat(70_000) } });
    expect(await errorOf(await opened.post(where, large))).toBe(
      "413 the request is larger than any that the console takes",
    );
    expect((await raw("/api/v1/session", { "x-long": "x".repeat(20_000) })).status).toBe(431);
    expect(await errorOf(await opened.post(where, { params: {}, more: 1 }))).toMatch(
      /^400 the body is wrong: /,
    );
    expect((await opened.get(`${api}/runs?limit=100000`)).status).toBe(400);
    expect((await opened.get(`${api}/runs?limit=1&limit=2`)).status).toBe(400);
    const topics = Array.from({ length: 60 }, (_, index) => `topic=run:local/r${index}`);
    expect((await opened.get(`/events?${topics.join("&")}`)).status).toBe(400);
  });

  test("of tries to be let in", async () => {
    await using other = await openedConsole(workspace);
    const tries = await Promise.all(
      Array.from({ length: 15 }, () => fetch(`${other.base}/open?code=guess`)),
    );
    const refused = tries.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused[0]?.headers.get("retry-after")).toMatch(/^[1-5]$/);
  });
});

test("a console that is read-only changes nothing for anybody", async () => {
  await using readOnly = await openedConsole(workspace, ["--read-only"]);
  const session = await (await readOnly.get("/api/v1/session")).json();
  expect(session).toMatchObject({
    changes: false,
    readOnlyBecause: "It was started with --read-only: start it without.",
  });
  const refused = await readOnly.post(`${api}/projects/hostile/run`, {});
  expect(await errorOf(refused)).toBe("403 this console is read-only");
});

test("another address needs tokens, and --allow-changes for changes", async () => {
  const { out: token } = await esteira(workspace, ["console", "token", "add", "carla"]);
  const authorization = `Bearer ${token}`;
  for (const [flags, changes] of [
    [[], false],
    [["--allow-changes"], true],
  ] as const) {
    await using shared = await openedConsole(workspace, ["--host", "0.0.0.0", ...flags]);
    expect(shared.address).not.toContain("code=");
    const base = `http://127.0.0.1:${new URL(shared.base).port}`;
    const headers = { authorization };
    const session = (await (await fetch(`${base}/api/v1/session`, { headers })).json()) as object;
    expect(session).toMatchObject({ person: "carla", changes });
    const done = await fetch(`${base}${api}/projects/hostile/schedule`, {
      method: "POST",
      headers: { ...headers, "content-type": "application/json" },
      body: JSON.stringify({ enabled: false }),
    });
    expect(done.status).toBe(changes ? 200 : 403);
  }
  const { out } = await esteira(workspace, ["audit", "hostile", "-n", "1", "--json"]);
  expect(JSON.parse(out)).toMatchObject({
    entries: [{ actor: "ana (carla)", action: "disable-schedule" }],
  });
});
