import { expect, test } from "vitest";
import { linesOf, PROJECT_FILES, projectOf } from "../fixtures/checked.ts";

const shared = {
  "libs/pricing/pyproject.toml": '[project]\nname = "pricing"\nversion = "1"\n',
  "libs/dates/__init__.py": "",
  "libs/dates/pyproject.toml": "[tool.ruff]\nline-length = 100\n",
  "libs/old/setup.py": "",
  "libs/my-tools/__init__.py": "",
  "libs/nothing/readme.md": "",
  "libs/around/inner/__init__.py": "",
  "more/dates/__init__.py": "",
  "notes.txt": "",
};
const of = (packages: string) => linesOf(`runtime: {packages: [${packages}]}`, { shared });

test("folders with a pyproject.toml or setup.py, and plain packages", () => {
  expect(of("libs/pricing, ./libs/dates/, libs/old")).toEqual([]);
  const config = `runtime: {packages: [libs/pricing/, ./libs/pricing]}`;
  expect(() => projectOf(config)).toThrow("config/missing-package");
});

test("what lies outside of the workspace, is absent, or is no package", () => {
  const outside =
    "copy the package into the workspace and name it from there, such as libs/pricing; or publish it, and add it to the requirements";
  expect(of("../other, /opt/lib, src/projects, libs/pricng, notes.txt")).toEqual([
    `1:22 [../other] error config/package-outside: "../other" leads out of the workspace; ${outside}`,
    `1:32 [/opt/lib] error config/package-outside: "/opt/lib" leads out of the workspace; ${outside}`,
    '1:42 [src/projects] error config/package-outside: "src/projects" has the project itself in it; name a folder beside the projects, such as libs/pricing',
    '1:56 [libs/pricng] error config/missing-package: there is no folder libs/pricng in the workspace; did you mean "libs/pricing"?',
    "1:69 [notes.txt] error config/missing-package: notes.txt is a file, not a folder; name the folder of a Python package",
  ]);
  const none = "has no pyproject.toml with a [project], and no __init__.py";
  expect(of("libs/nothing, libs/around, libs/my-tools, elsewhere/x")).toEqual([
    `1:22 [libs/nothing] error config/no-package: libs/nothing is no Python package: it ${none}; give it a pyproject.toml, or an __init__.py where it is imported by its folder's name`,
    `1:36 [libs/around] error config/no-package: libs/around is no Python package: it ${none}; did you mean "libs/around/inner"?`,
    "1:49 [libs/my-tools] error config/no-package: libs/my-tools has an __init__.py, but Python can't import a package called my-tools; name the folder with letters, digits and underscores only, or give it a pyproject.toml",
    "1:64 [elsewhere/x] error config/missing-package: there is no folder elsewhere/x in the workspace; add it, or correct the path, which begins at the folder of esteira.yaml",
  ]);
  expect(of("libs/dates, more/dates")).toEqual([
    "1:34 [more/dates] error config/package-twice: libs/dates and more/dates are both imported as dates; rename one of the two folders",
  ]);
});

test("a requirement that reaches out of the project has shared packages as its remedy", () => {
  const files = { ...PROJECT_FILES, "requirements.txt": "-e ../../../libs/pricing\n../other\n" };
  expect(linesOf("", { files, shared })).toEqual([
    "src/projects/recsys/requirements.txt:1:4 [../../../libs/pricing] error config/requirement-outside: ../../../libs/pricing is outside of the project, and the image is built from the project's folder alone; take the line out, and name the package in config.yaml: runtime: { packages: [libs/pricing] }",
    "src/projects/recsys/requirements.txt:2:1 [../other] error config/requirement-outside: ../other is outside of the project, and the image is built from the project's folder alone; copy it into the project, or publish it as a package",
  ]);
});
