import { describe, expect, test } from "vitest";

import { configOf, projectFiles, teamRepository, typed, workspaceYaml } from "./repository.ts";

const feature = { "src/projects/recsys/score.py": "print('better')\n" };

/**
 * The commands of a refusal's remedy, but for those of GitHub's program, which has no server here.
 */
function remedyOf(out: string): string {
  const commands = [...out.matchAll(/^ {4}\$ (.*)$/gm)].map(([, command = ""]) => command);
  if (commands.length === 0) throw new Error(`no command in ${out}`);
  return commands.filter((command) => !command.startsWith("gh ")).join(" && ");
}

describe("a feature", () => {
  test("named for a project and started from dev may go into dev", async () => {
    await using team = await teamRepository();
    await team.git("switch", "--quiet", "--create", "feature/fleet-report-v2");
    await team.commit("Better", { "src/projects/fleet-report/score.py": "print(2)\n" });
    expect(await team.esteira("ci", "check-branch")).toEqual({
      code: 0,
      out: "✓ feature/fleet-report-v2 may go into dev.",
      err: "",
    });
    expect(JSON.parse((await team.esteira("ci", "check-branch", "--json")).out)).toEqual({
      schema: 1,
      head: "feature/fleet-report-v2",
      base: "dev",
      allowed: true,
      diagnostics: [],
    });
  });

  test("may be of a project that it makes", async () => {
    await using team = await teamRepository();
    await team.git("switch", "--quiet", "--create", "feature/churn-first");
    await team.commit("Churn", projectFiles("churn"));
    expect((await team.esteira("ci", "check-branch")).out).toBe(
      "✓ feature/churn-first may go into dev.",
    );
  });

  test("without the form of a name is refused, and the command renames it", async () => {
    await using team = await teamRepository();
    await team.git("switch", "--quiet", "--create", "recsys-v2");
    const { code, out } = await team.esteira("ci", "check-branch", "--base", "dev");
    expect(code).toBe(1);
    expect(out).toBe(`error  branch/name
  what goes to dev is named feature/<project>-<description>; this branch is named recsys-v2
  rename it:
    $ git branch -m recsys-v2 feature/recsys-v2
    $ git push -u origin feature/recsys-v2
    $ gh pr create --base dev

✗ recsys-v2 may not go into dev: 1 rule broken.`);
    await typed(team.path, remedyOf(out));
    expect(await team.esteira("ci", "check-branch")).toMatchObject({ code: 0 });
  });

  test("of a project that is mistyped is refused with the one that is meant", async () => {
    await using team = await teamRepository();
    await team.git("switch", "--quiet", "--create", "feature/fleet-repotr-v2");
    const { code, out } = await team.esteira("ci", "check-branch");
    expect(code).toBe(1);
    expect(out).toContain(`error  branch/unknown-project
  what goes to dev is named feature/<project>-<description>, for a project that exists; feature/fleet-repotr-v2 names none of fleet-report, recsys
  you may have meant fleet-report:
    $ git branch -m feature/fleet-repotr-v2 feature/fleet-report-v2
`);
  });

  test("that started from master is refused, and the command takes it over to dev", async () => {
    await using team = await teamRepository();
    await team.commit("Work in dev", { "notes.txt": "1\n" });
    await team.git("push", "--quiet", "origin", "dev");
    await team.merge("dev", "master");
    await team.git(
      "switch",
      "--quiet",
      "--no-track",
      "--create",
      "feature/recsys-v2",
      "origin/master",
    );
    await team.commit("Better", feature);
    await team.git("push", "--quiet", "origin", "feature/recsys-v2");
    const { code, out } = await team.esteira("ci", "check-branch");
    expect(code).toBe(1);
    expect(out.replace(/\b[0-9a-f]{7}\b/, "<commit>")).toContain(`error  branch/start
  features start from dev; feature/recsys-v2 has a commit of master that dev lacks: <commit> Merge dev
  take what is the feature's own over to dev:
    $ git fetch origin
    $ git rebase --onto origin/dev origin/master feature/recsys-v2
    $ git push --force-with-lease -u origin feature/recsys-v2
`);
    await typed(team.path, remedyOf(out));
    expect(await team.esteira("ci", "check-branch")).toMatchObject({ code: 0 });
    expect(await team.git("log", "--format=%s", "origin/dev..HEAD")).toBe("Better");
  });

  test("goes to dev only: neither to master nor to another feature", async () => {
    await using team = await teamRepository();
    await team.git("switch", "--quiet", "--create", "feature/recsys-v2");
    await team.git("push", "--quiet", "origin", "HEAD:feature/recsys-base");
    await team.git("fetch", "--quiet", "origin");
    const toMaster = await team.esteira("ci", "check-branch", "--base", "master");
    expect(toMaster.code).toBe(1);
    expect(toMaster.out).toContain(`error  branch/source
  master takes only from dev; feature/recsys-v2 is on its way into it
  let it go to dev first:
    $ gh pr edit --base dev
`);
    const toFeature = await team.esteira("ci", "check-branch", "--base", "feature/recsys-base");
    expect(toFeature.out).toContain(`error  branch/target
  features go to dev only; feature/recsys-v2 is on its way into feature/recsys-base
  let it go there:
    $ gh pr edit --base dev
`);
  });
});

describe("on the way to master", () => {
  test("changed content needs a version that wasn't released; what the image leaves out doesn't", async () => {
    await using team = await teamRepository();
    await team.commit("Only words", { "src/projects/recsys/README.md": "# changed\n" });
    await team.git("push", "--quiet", "origin", "dev");
    expect(await team.esteira("ci", "check-branch")).toMatchObject({
      code: 0,
      out: "✓ dev may go into master.",
    });

    await team.commit("Better", feature);
    await team.git("push", "--quiet", "origin", "dev");
    const refused = await team.esteira("ci", "check-branch");
    expect(refused.code).toBe(1);
    expect(refused.out.replace(/\b[0-9a-f]{7}\b/, "<commit>"))
      .toBe(`error  branch/version  src/projects/recsys/config.yaml:3:1
  a version is released once; recsys 1.0.0 is in master with other content (<commit> Two projects)
  raise version in src/projects/recsys/config.yaml, to 1.0.1 for example, by way of dev:
    $ git fetch origin
    $ git switch --no-track -c feature/recsys-1.0.1 origin/dev
    $ sed -i.bak 's/^version *:.*/version: "1.0.1"/' src/projects/recsys/config.yaml && rm src/projects/recsys/config.yaml.bak

✗ dev may not go into master: 1 rule broken.`);

    await typed(team.path, remedyOf(refused.out));
    await team.commit("Raise it", {});
    expect(await team.esteira("ci", "check-branch")).toMatchObject({ code: 0 });
    await team.git("switch", "--quiet", "dev");
    await team.git("merge", "--quiet", "feature/recsys-1.0.1");
    expect(await team.esteira("ci", "check-branch")).toMatchObject({ code: 0 });
  });

  test("an earlier version can't come back with other content", async () => {
    await using team = await teamRepository();
    await team.commit("1.1.0", {
      ...feature,
      "src/projects/recsys/config.yaml": configOf("recsys", "1.1.0"),
    });
    await team.git("push", "--quiet", "origin", "dev");
    await team.merge("dev", "master");
    await team.commit("Back", { "src/projects/recsys/config.yaml": configOf("recsys", "1.0.0") });
    const { code, out } = await team.esteira("ci", "check-branch");
    expect(code).toBe(1);
    expect(out).toMatch(
      /recsys 1\.0\.0 is in master with other content \([0-9a-f]{7} Two projects\)/,
    );
    await team.commit("All of it", projectFiles("recsys"));
    expect(await team.esteira("ci", "check-branch")).toMatchObject({ code: 0 });
  });

  test("master's own work may come back to dev", async () => {
    await using team = await teamRepository();
    expect(
      await team.esteira("ci", "check-branch", "--head", "master", "--base", "dev"),
    ).toMatchObject({
      code: 0,
      out: "✓ master may go into dev.",
    });
  });

  test("there is nowhere to go from master", async () => {
    await using team = await teamRepository();
    await team.git("switch", "--quiet", "master");
    expect(await team.esteira("ci", "check-branch")).toEqual({
      code: 2,
      out: "",
      err: "error: master is the last branch\n       Name where it goes: --base BRANCH.",
    });
  });
});

describe("the workspace's own rules", () => {
  test("other names, and a chain of three; a workspace below the repository's top", async () => {
    await using team = await teamRepository("ml");
    await team.commit("Rules", {
      "esteira.yaml": `${workspaceYaml}  stg:
    platform: aws
    account_id: "333333333333"
    region: us-east-1
    vpc_id: vpc-0123456789abcdef0
    subnet_ids: [subnet-0123456789abcdef0]
    ecr_repository: ml
branches:
  feature: "ml/<project>/<description>"
  environments: { dev: dev, staging: stg, master: prd }
`,
    });
    await team.git("push", "--quiet", "origin", "dev", "dev:staging", "dev:master");
    await team.git("fetch", "--quiet", "origin");
    await team.git("switch", "--quiet", "--create", "ml/recsys/v2");
    await team.commit("Better", feature);
    expect(await team.esteira("ci", "check-branch")).toMatchObject({ code: 0 });
    await team.git("switch", "--quiet", "dev");
    await team.git("merge", "--quiet", "ml/recsys/v2");
    expect((await team.esteira("ci", "check-branch")).out).toContain(
      "recsys 1.0.0 is in staging with other content",
    );
    expect((await team.esteira("ci", "check-branch", "--base", "master")).out).toContain(
      "master takes only from staging; dev is on its way into it",
    );
  });

  test("a branch doesn't bring the exception that it needs", async () => {
    await using team = await teamRepository();
    await team.git("switch", "--quiet", "--create", "anything");
    await team.commit("Allow it", {
      "esteira.yaml": `${workspaceYaml}branches: { feature: "<project><description>" }\n`,
    });
    expect(await team.esteira("ci", "check-branch", "--base", "dev")).toMatchObject({ code: 1 });
  });
});
