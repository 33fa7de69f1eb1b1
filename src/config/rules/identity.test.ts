import { describe, expect, test } from "vitest";
import { AWS_WORKSPACE, checkTexts, lines, linesOf } from "../fixtures/checked.ts";

const project = (name: string, version: string) => `project_name: ${name}\nversion: ${version}\n`;

describe("a project's name", () => {
  test.each(["a", "recsys", "fleet-report-2", "a".repeat(54)])("%s fits", (name) => {
    expect(
      linesOf(project(name, "1")).filter((line) => line.includes("config/project-name")),
    ).toEqual([]);
  });

  test("has a safe alphabet; one that fits is proposed", () => {
    expect(linesOf(project("Minha_Análise", "1")).join("\n")).toMatchInlineSnapshot(
      `"1:15 [Minha_Análise] error config/project-name: project_name "Minha_Análise" doesn't fit the names of AWS resources; use lower-case letters, digits and hyphens, starting with a letter, such as "minha-analise""`,
    );
    expect(linesOf(project("-recsys-", "1")).join("\n")).toMatchInlineSnapshot(
      `"1:15 [-recsys-] error config/project-name: project_name "-recsys-" doesn't fit the names of AWS resources; use lower-case letters, digits and hyphens, starting with a letter, such as "recsys""`,
    );
    expect(linesOf(project('"車"', "1")).join("\n")).toMatchInlineSnapshot(
      `"1:15 ["車"] error config/project-name: project_name "車" doesn't fit the names of AWS resources; use lower-case letters, digits and hyphens, starting with a letter"`,
    );
  });

  test("leaves room for what is around it", () => {
    expect(linesOf(project("a".repeat(55), "1")).join("\n")).toMatchInlineSnapshot(`
      "1:15 [aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa] error config/project-name: project_name has 55 characters; the names of AWS resources leave room for 54; choose a shorter name
      1:15 [aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa] error config/folder-name: project_name is "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", but its folder is "recsys"; write project_name: recsys, or rename the folder to aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
    `);
  });

  test("fits with the suffix of an environment, too", () => {
    const workspace = AWS_WORKSPACE.replace(
      "ecr_repository: ml}",
      'ecr_repository: ml, suffix: "-dev"}',
    );
    const config = `${project("a".repeat(52), "1")}infra: {compute: {ec2_type: t3.large}}`;
    const { diagnostics } = checkTexts({ workspace, projects: { ["a".repeat(52)]: config } });
    expect(
      lines(diagnostics)
        .map((line) => line.replaceAll(/a{52}/g, "…"))
        .join("\n"),
    ).toMatchInlineSnapshot(
      `"…/config.yaml:1:15 […] error config/project-name: project_name has 56 characters with the suffix "-dev" of dev; the names of AWS resources leave room for 54 (in dev); choose a shorter name, or a shorter suffix in esteira.yaml"`,
    );
  });

  test("is that of its folder", () => {
    const { diagnostics } = checkTexts({ projects: { Rec_Sys: project("rec-sys", "1") } });
    expect(lines(diagnostics).join("\n")).toMatchInlineSnapshot(
      `"Rec_Sys/config.yaml:1:15 [rec-sys] error config/folder-name: project_name is "rec-sys", but its folder is "Rec_Sys"; rename the folder to rec-sys"`,
    );
    expect(linesOf(project("other", "1")).join("\n")).toMatchInlineSnapshot(
      `"1:15 [other] error config/folder-name: project_name is "other", but its folder is "recsys"; write project_name: recsys, or rename the folder to other"`,
    );
  });
});

describe("a version", () => {
  test.each(["1.0", "1.0.0", '"1"', "2026-01-31", "1.0.0-rc.1", "0x1F"])("%s fits", (version) => {
    expect(linesOf(project("recsys", version))).toEqual([]);
  });

  test("that doesn't: the message says how to", () => {
    const versions = ["v1.0", "1.0.0+abc", '""', "latest", '"1 0"', "1".repeat(125)];
    const lines = versions.flatMap((version) => linesOf(project("recsys", version)));
    expect(lines.join("\n").replace(/1{50,}/, "1…")).toMatchInlineSnapshot(`
      "2:10 [v1.0] error config/version: version "v1.0" doesn't fit an image tag; start with a digit and use letters, digits, dots, hyphens and underscores, such as "1.0"
      2:15 [+abc] error config/version: version "1.0.0+abc" has a "+", which an image tag can't have; write "1.0.0-abc"
      2:10 [""] error config/version: version "" doesn't fit an image tag; start with a digit and use letters, digits, dots, hyphens and underscores, such as "1.0.0"
      2:10 [latest] error config/version: version "latest" doesn't fit an image tag; start with a digit and use letters, digits, dots, hyphens and underscores, such as "1.0.0"
      2:10 ["1 0"] error config/version: version "1 0" doesn't fit an image tag; start with a digit and use letters, digits, dots, hyphens and underscores, such as "1.0.0"
      2:10 [1…] error config/version: the image tag "{project}-{version}" has 132 characters, more than the 128 allowed; shorten the version"
    `);
  });
});

test("what projects do wrong together", () => {
  const { diagnostics, byEnvironment } = checkTexts({
    projects: {
      a: project("a", '"1-2"'),
      "a-1": project("a-1", '"2"'),
      b: project("a", "3"),
      "one/recsys": project("recsys", "1"),
      "two/recsys": project("recsys", "2"),
      c: project("c", "1"),
    },
  });
  expect(lines(diagnostics).join("\n")).toMatchInlineSnapshot(`
    "b/config.yaml:1:15 [a] error config/folder-name: project_name is "a", but its folder is "b"; write project_name: b, or rename the folder to a
    two/recsys/config.yaml:1:15 [recsys] error config/duplicate-project: two projects are named "recsys"; give one of them another name (one/recsys/config.yaml:1: the first one is here)
    a-1/config.yaml:2:10 ["2"] error config/duplicate-image-tag: the image tag "a-1-2" is also that of project "a"; change one of the versions, or one of the names (a/config.yaml:2: the other version is here)"
  `);
  expect([...byEnvironment.values()].flat().map(({ name }) => name)).toEqual(["c"]);
});

test("with suffixes, names of different environments can be the same", () => {
  const workspace = AWS_WORKSPACE.replace("222222222222", "111111111111").replace(
    "ecr_repository: ml}",
    'ecr_repository: ml, suffix: "-dev"}',
  );
  const config = (name: string) => `${project(name, "1")}infra: {compute: {ec2_type: t3.large}}`;
  const { diagnostics } = checkTexts({
    workspace,
    projects: { recsys: config("recsys"), "recsys-dev": config("recsys-dev") },
  });
  expect(lines(diagnostics).join("\n")).toMatchInlineSnapshot(
    `"recsys-dev/config.yaml:1:15 [recsys-dev] error config/duplicate-resource-name: with the suffixes of esteira.yaml, "recsys-dev" and "recsys" both get resources named "recsys-dev"; give one of them another name (recsys/config.yaml:1: the other one is here)"`,
  );
});
