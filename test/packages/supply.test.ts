import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import { execa } from "execa";
import { expect, test } from "vitest";

import { auditOf } from "../../tools/audit.ts";
import { packagesFile, shippedPackages } from "../../tools/bundle/packages.ts";
import { binary } from "../cli/cli.ts";
import { root } from "./first-minutes.ts";

/** Packages whose own script runs at an installation, and why it does. */
const WITH_SCRIPTS: Readonly<Record<string, string>> = {
  "node_modules/esbuild": "not run: it only makes its command start faster",
  "node_modules/node":
    "run by `npm rebuild node` in CI and where its package can't be fetched: it brings Node",
};

const textOf = (path: string) => readFile(join(root, path), "utf8");

const shipped = async () =>
  shippedPackages(await readFile(join(dirname(binary), "../dist/THIRD-PARTY-NOTICES.txt"), "utf8"));

async function lockedPackages() {
  const lock = JSON.parse(await textOf("package-lock.json")) as {
    readonly packages: Readonly<Record<string, { readonly hasInstallScript?: boolean }>>;
  };
  return Object.entries(lock.packages);
}

test("the packages that are shipped, and their licences, are those that were agreed on", async () => {
  const agreed = JSON.parse(await textOf(packagesFile)) as object;
  expect(
    await shipped(),
    `${packagesFile} has what may be shipped. Where the change is meant: npm run build && npm run packages`,
  ).toEqual(agreed);
});

test("no package that is shipped has an install script; the others that have one are known", async () => {
  const names = Object.keys(await shipped());
  const withScripts = (await lockedPackages()).flatMap(([path, { hasInstallScript }]) =>
    hasInstallScript === true ? [path] : [],
  );
  const isShipped = (path: string) => names.some((name) => path.endsWith(`node_modules/${name}`));
  expect(withScripts.filter(isShipped)).toEqual([]);
  expect(withScripts).toEqual(Object.keys(WITH_SCRIPTS));
  const { scripts } = JSON.parse(await textOf("package.json")) as { readonly scripts: object };
  expect(Object.keys(scripts).filter((name) => /install|^prepare$/.test(name))).toEqual([]);
});

test("nothing installs packages with their scripts", async () => {
  const files = [".github/workflows/ci.yml", ".github/workflows/release.yml", "tools/setup.sh"];
  for (const file of files) {
    const installs = (await textOf(file)).split("\n").filter((line) => /\bnpm ci\b/.test(line));
    for (const line of installs) expect(`${file}: ${line}`).toContain("--ignore-scripts");
  }
});

test("the SBOM of a release names every package that is shipped", async () => {
  expect(await textOf("tools/release.sh")).toContain(
    'npm sbom --sbom-format cyclonedx --package-lock-only >"$folder/sbom.cdx.json"',
  );
  const { stdout } = await execa(
    "npm",
    ["sbom", "--sbom-format", "cyclonedx", "--package-lock-only"],
    { cwd: root },
  );
  const { bomFormat, components } = JSON.parse(stdout) as {
    readonly bomFormat: string;
    readonly components: readonly { readonly name: string }[];
  };
  expect(bomFormat).toBe("CycloneDX");
  const named = new Set(components.map(({ name }) => name));
  expect(Object.keys(await shipped()).filter((name) => !named.has(name))).toEqual([]);
});

test("npm audit: what is serious fails, and a registry that doesn't answer is only said", () => {
  const of = (severity: string) => JSON.stringify({ vulnerabilities: { yaml: { severity } } });
  expect(auditOf(of("critical"))).toEqual({
    text: "✗ npm audit, which says more:\n  yaml: critical",
    code: 1,
  });
  expect(auditOf(of("low"))).toEqual({
    text: "! npm audit, which says more:\n  yaml: low",
    code: 0,
  });
  expect(auditOf('{ "vulnerabilities": {} }')).toEqual({
    text: "✓ npm audit knows nothing against a package",
    code: 0,
  });
  expect(auditOf('{ "message": "405 Method Not Allowed" }')).toEqual({
    text: "! the registry didn't answer npm audit (405 Method Not Allowed): nothing was checked",
    code: 0,
  });
  expect(auditOf("")).toEqual({
    text: "! the registry didn't answer npm audit: nothing was checked",
    code: 0,
  });
});
