import { createInterface } from "node:readline";

import type { Page } from "playwright-core";
import { expect, test } from "vitest";

import { esteira, start } from "../cli/cli.ts";
import { shellWorkspace } from "../cli/workspace.ts";
import { describeWith } from "../rig/parts.ts";
import { axeFindings, chromiumPart, patience, useBrowser } from "./rig/browser.ts";

/** `esteira up --console` of a team's machine; `address` is what it says on stderr. */
async function upWithConsole(cwd: string, inputs: readonly string[]) {
  const child = start(cwd, ["up", "--console", "--port", "0", ...inputs], { HOME: cwd });
  const ended = child.then(({ stderr }) => {
    throw new Error(`up has ended: ${stderr}`);
  });
  ended.catch(() => {}); // it ends at the end of the test
  const said = Promise.withResolvers<string>();
  createInterface({ input: child.stderr }).on("line", (line) => {
    const address = /The console is open.*: (http:\S+)/.exec(line)?.[1];
    if (address !== undefined) said.resolve(address);
  });
  return {
    address: await Promise.race([said.promise, ended]),
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGTERM");
      await child;
    },
  };
}

async function signIn(page: Page, token: string): Promise<void> {
  await page.getByLabel("Your token").fill(token);
  await page.keyboard.press("Enter");
  await page.locator(".row", { hasText: "demo" }).waitFor();
}

describeWith(chromiumPart(), "the console of a team, beside the schedules", (part) => {
  const browser = useBrowser(part);

  test("people enter with their tokens; what they change has their names, and nothing is changed unless that is allowed", async () => {
    await using folder = await shellWorkspace({ demo: `- { id: hello, command: "echo hello" }` });
    const home = { HOME: folder.path };
    const run = (...inputs: string[]) => esteira(folder.path, inputs, home);
    expect(await run("deploy")).toMatchObject({ code: 0 });
    const { out: token } = await run("console", "token", "add", "bia");

    {
      await using up = await upWithConsole(folder.path, []);
      await using opened = await browser.open(up.address);
      const { page } = opened;
      expect(await axeFindings(page)).toEqual([]);
      await page.getByLabel("Your token").fill("esteira_nobody");
      await page.keyboard.press("Enter");
      await page.getByRole("alert").filter({ hasText: "Nobody has this token." }).waitFor();
      await signIn(page, token);
      await page.getByText("read only").waitFor();
      await page.goto(`${up.address}e/local?do=disable&of=demo`);
      const dialog = page.getByRole("dialog");
      await dialog.getByText("--allow-changes").waitFor();
      expect(await dialog.getByRole("button", { name: "Disable" }).isDisabled()).toBe(true);
    }

    await using up = await upWithConsole(folder.path, ["--allow-changes"]);
    // The link of a colleague leads there by way of the token.
    await using opened = await browser.open(`${up.address}e/local?do=disable&of=demo`);
    const { page } = opened;
    await signIn(page, token);
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Why").fill("holiday");
    await dialog.getByRole("button", { name: "Disable" }).click();
    await page.locator(".row", { hasText: "off by hand" }).waitFor();
    await page.getByRole("link", { name: "Audit", exact: true }).click();
    await page.locator("tbody tr", { hasText: "ana (bia)" }).first().waitFor();
    const { out } = await run("audit", "demo", "-n", "1", "--json");
    expect(JSON.parse(out)).toMatchObject({
      entries: [{ actor: "ana (bia)", action: "disable-schedule" }],
    });

    // Who is taken off the list is out, where a page is open too.
    expect(await run("console", "token", "remove", "bia")).toMatchObject({ code: 0 });
    await page.reload();
    await page.getByLabel("Your token").waitFor();
    await expect.poll(() => new URL(page.url()).pathname, patience).toBe("/login");
  });
});
