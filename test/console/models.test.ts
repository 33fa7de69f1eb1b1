import { expect, test } from "vitest";

import { esteira } from "../cli/cli.ts";
import { workspaceAt } from "../cli/models-workspace.ts";
import { mlflow, mlflowVersions, useMlflow } from "../models/rig/mlflow.ts";
import { describeWith } from "../rig/parts.ts";
import { chromiumPart, patience, useBrowser } from "./rig/browser.ts";
import { realConsole } from "./rig/real-console.ts";

for (const major of mlflowVersions) {
  const [server, chromium] = [mlflow(major), chromiumPart()];
  const parts =
    "missing" in server ? server : "missing" in chromium ? chromium : { server, chromium };

  describeWith(parts, `models of a real MLflow ${major} in the console`, (found) => {
    const registry = useMlflow(() => found().server);
    const browser = useBrowser(() => found().chromium);

    test("a version is chosen by its metrics and promoted; the registry and the audit say so", async () => {
      const { url, register, ask } = registry();
      await register("boats", [{ auc: 0.7 }, { auc: 0.85 }]);
      await using workspace = await workspaceAt(url, "boats");
      const cwd = workspace.path;
      await using console = await realConsole(cwd);
      await using opened = await browser.open(console.address);
      const { page } = opened;
      const { origin } = new URL(console.address);
      await page.goto(`${origin}/e/prd/projects/recsys/models`);
      const rows = page.locator("tbody tr");
      await rows.nth(1).waitFor();
      expect(await page.locator("th").allInnerTexts()).toContain("auc");
      expect(await rows.filter({ hasText: "v2" }).innerText()).toContain("0.85");

      await rows.filter({ hasText: "v2" }).getByRole("link", { name: "Promote v2…" }).click();
      const dialog = page.getByRole("dialog", { name: "Promote the model of recsys in prd" });
      await expect.poll(() => dialog.getByLabel("Version").inputValue(), patience).toBe("2");
      await expect
        .poll(() => dialog.locator("footer code").innerText(), patience)
        .toBe("esteira model promote recsys -e prd --version 2 --to Production");
      await dialog.getByRole("button", { name: "Promote" }).click();
      await page.locator(".done", { hasText: "Version 2 is Production" }).waitFor();
      await rows.filter({ hasText: "v2" }).filter({ hasText: "Production" }).waitFor();

      expect(await ask("GET", "model-versions/get", { name: "boats", version: "2" })).toMatchObject(
        {
          model_version: { current_stage: "Production" },
        },
      );
      const { out } = await esteira(cwd, ["audit", "recsys", "-e", "prd", "-n", "1", "--json"]);
      expect(JSON.parse(out)).toMatchObject({ entries: [{ action: "promote-model" }] });

      // An alias, by keyboard alone: from the row to the dialog and its end.
      await page.goto(`${origin}/e/prd/projects/recsys/models?do=promote&of=recsys&to=1`);
      await dialog.getByLabel("To").waitFor();
      await dialog.getByLabel("To").focus();
      await page.keyboard.press("Control+a");
      await page.keyboard.type("@challenger");
      await page.keyboard.press("Enter");
      await rows.filter({ hasText: "v1" }).filter({ hasText: "@challenger" }).waitFor();

      // What the registry refuses is said in the dialog, which stays.
      await page.goto(`${origin}/e/prd/projects/recsys/models?do=promote&of=recsys&to=1`);
      await dialog.getByLabel("To").fill("nowhere");
      await dialog.getByRole("button", { name: "Promote" }).click();
      await dialog.getByRole("alert").waitFor();
    });
  });
}
