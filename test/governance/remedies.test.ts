import * as fc from "fast-check";
import { expect, test } from "vitest";

import { configOf, gitIn, teamRepository, typed, type TeamRepository } from "./repository.ts";

/** The commands of all remedies, in their order, but for those of GitHub's program. */
function remedies(out: string): readonly string[] {
  return [...out.matchAll(/^ {4}\$ (.*)$/gm)]
    .map(([, command = ""]) => command)
    .filter((command) => !command.startsWith("gh "));
}

const check = (team: TeamRepository, ...more: string[]) =>
  team.esteira("ci", "check-branch", ...more);

/** Branches of all kinds, from the right and the wrong place. */
const state = fc.record({
  head: fc.constantFrom(
    "feature/recsys-v2",
    "recsys-v2",
    "feature/recsys_v2",
    "feature/Fleet-Report-v2",
    "hotfix/recsys-v2",
    "feature/recsysv2",
    "revert-12-feature/recsys-v1",
    "work",
  ),
  from: fc.constantFrom("dev", "master"),
  /** The name that the remedy would give is taken. */
  taken: fc.boolean(),
  /** Pushed, and then not here any more. */
  onlyThere: fc.boolean(),
  merged: fc.boolean(),
});

test("remedies typed in their order lead to a branch that may go", async () => {
  await fc.assert(
    fc.asyncProperty(state, async ({ head, from, taken, onlyThere, merged }) => {
      await using team = await teamRepository();
      await team.commit("Work in dev", { "notes.txt": "1\n" });
      await team.git("push", "--quiet", "origin", "dev");
      await team.merge("dev", "master");
      await team.git("switch", "--quiet", "--no-track", "--create", head, `origin/${from}`);
      await team.commit("Better", { "src/projects/recsys/score.py": "print(2)\n" });
      if (merged) {
        await team.git("merge", "--quiet", "--no-edit", "origin/master");
        await team.commit("Best", { "src/projects/recsys/score.py": "print(3)\n" });
      }
      await team.git("push", "--quiet", "origin", head);
      for (const name of ["feature/recsys-v2", "feature/fleet-report-v2"]) {
        if (taken && name !== head) await team.git("branch", "--quiet", name, "origin/dev");
      }
      if (onlyThere) {
        await team.git("switch", "--quiet", "dev");
        await team.git("branch", "--quiet", "-D", head);
      }
      const { code, out } = await check(team, "--head", head, "--base", "dev");
      const commands = remedies(out);
      if (commands.length > 0) await typed(team.path, commands.join(" && "));
      const renamed = /git branch -m \S+ (\S+)/.exec(commands.join("\n"))?.[1] ?? head;
      const again = await check(team, "--head", renamed, "--base", "dev");
      // Nobody can tell which project is meant by this one.
      const unknown = head === "work";
      expect({
        before: code === 0 || out.includes("  rename it for one of") || commands.length > 0,
        after: again.code,
      }).toEqual({
        before: true,
        after: unknown ? 1 : 0,
      });
    }),
    { numRuns: 12 },
  );
});

test("a name that is taken is never proposed; without a remote nothing is pushed", async () => {
  await using team = await teamRepository();
  await team.git("remote", "remove", "origin");
  await team.git("branch", "--quiet", "feature/recsys-v1");
  await team.git("switch", "--quiet", "--create", "recsys-v1");
  const { out } = await check(team, "--base", "dev");
  expect(remedies(out)).toEqual(["git branch -m recsys-v1 feature/recsys-v1-2"]);
  await typed(team.path, remedies(out).join(" && "));
  expect(await check(team, "--base", "dev")).toMatchObject({ code: 0 });
});

test("GitHub's reverts and update bots may go where features go, as far as the workspace says", async () => {
  await using team = await teamRepository();
  for (const head of ["revert-12-feature/recsys-v1", "dependabot/pip/src/numpy-2.0"]) {
    await team.git("branch", "--quiet", head);
    expect(await check(team, "--head", head, "--base", "dev")).toMatchObject({ code: 0 });
  }
  expect(
    await check(team, "--head", "revert-12-feature/recsys-v1", "--base", "master"),
  ).toMatchObject({ code: 1 });
  await team.git("switch", "--quiet", "dev");
  await team.commit("Rules", {
    "esteira.yaml":
      "branches: { also: [release-notes], environments: { dev: local, master: local } }\n",
  });
  await team.git("push", "--quiet", "origin", "dev");
  await team.git("branch", "--quiet", "release-notes");
  expect(await check(team, "--head", "release-notes", "--base", "dev")).toMatchObject({ code: 0 });
  expect(await check(team, "--head", "revert-12-feature/recsys-v1", "--base", "dev")).toMatchObject(
    { code: 1 },
  );
});

test("a version that is raised is above all that were released; a lowered one is refused", async () => {
  await using team = await teamRepository();
  const config = "src/projects/recsys/config.yaml";
  for (const version of ["1.0.1", "1.2.0"]) {
    await team.commit(version, { [config]: configOf("recsys", version) });
    await team.git("push", "--quiet", "origin", "dev");
    await team.merge("dev", "master");
  }
  await team.commit("Lower", {
    [config]: configOf("recsys", "1.1.0"),
    "src/projects/fleet-report/score.py": "print(2)\n",
  });
  await team.git("push", "--quiet", "origin", "dev");
  const { code, out } = await check(team);
  expect(code).toBe(1);
  expect(out).toContain(`a version is released once; fleet-report 1.0.0 is in master`);
  expect(out).toContain("versions rise; recsys is 1.1.0, and master has 1.2.0");
  expect(remedies(out)).toEqual([
    "git fetch origin",
    "git switch --no-track -c feature/fleet-report-1.0.1 origin/dev",
    `sed -i.bak 's/^version *:.*/version: "1.0.1"/' src/projects/fleet-report/config.yaml && rm src/projects/fleet-report/config.yaml.bak`,
    `sed -i.bak 's/^version *:.*/version: "1.2.1"/' ${config} && rm ${config}.bak`,
  ]);
  await typed(team.path, remedies(out).join(" && "));
  await team.commit("Raise", {});
  expect(await check(team)).toMatchObject({ code: 0 });
  await team.git("push", "--quiet", "origin", "HEAD:dev");
  await team.git("switch", "--quiet", "dev");
  await team.git("pull", "--quiet");
  expect(await check(team)).toMatchObject({ code: 0 });
});

test("a base that isn't there gets advice that works", async () => {
  await using team = await teamRepository();
  await team.git("switch", "--quiet", "--create", "feature/recsys-v2");
  const to = (base: string) => check(team, "--base", base);
  expect(await to("mastr")).toEqual({
    code: 4,
    out: "",
    err: "error: neither this clone nor its server has a branch mastr\n       Did you mean master?",
  });
  await team.git("push", "--quiet", "origin", "dev:later");
  await team.git("update-ref", "-d", "refs/remotes/origin/later");
  const fetched = await to("later");
  expect(fetched.err).toContain("Fetch it: `git fetch origin later:refs/remotes/origin/later`.");
  await typed(team.path, "git fetch origin later:refs/remotes/origin/later");
  expect(await to("later")).toMatchObject({ code: 1 });

  await gitIn(team.server, "branch", "-D", "dev");
  await team.git("update-ref", "-d", "refs/remotes/origin/dev");
  await team.git("branch", "--quiet", "-D", "dev");
  expect((await to("dev")).err).toBe(
    "error: neither this clone nor its server has a branch dev\n       Make it: `git branch dev master` and `git push -u origin dev`; or name another under branches in esteira.yaml.",
  );
  await typed(team.path, "git branch dev master && git push -u origin dev");
  expect(await to("dev")).toMatchObject({ code: 0 });

  await team.git("remote", "remove", "origin");
  expect((await to("nowhere")).err).toContain(
    "there is no branch nowhere, and no remote `origin` that may have it",
  );
});
