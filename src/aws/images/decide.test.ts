import { HELPER_VERSION } from "../../core/step-helper.ts";
import { describe, expect, test } from "vitest";

import type { Release } from "../../release/release.ts";
import { type Decision, decide, type Policy, type Sighting } from "./decide.ts";

const source = "a".repeat(64);
const release = {
  project: "recsys",
  environment: "prd",
  version: "1.0.0",
  names: { imageTag: "recsys-1.0.0" },
  image: { context: "src/projects/recsys", sourceHash: source },
  capacity: undefined,
  task: { environment: {} },
} as unknown as Release;
/** The same with outputs: its steps run in the helper. */
const withOutputs: Release = {
  ...release,
  task: { ...release.task, environment: { ESTEIRA_OUTPUTS: "{}" } },
};

const digest = (digit: string) => `sha256:${digit.repeat(64)}`;
const nothing: Sighting = {
  bySource: undefined,
  byVersion: undefined,
  labels: undefined,
  elsewhere: undefined,
};
const labelled = (hash: string | undefined, architecture = "amd64", commit?: string): Sighting => ({
  ...nothing,
  byVersion: digest("9"),
  labels: {
    architecture,
    labels: {
      ...(hash === undefined ? {} : { "esteira.source-hash": hash }),
      ...(commit === undefined ? {} : { "esteira.commit": commit }),
    },
  },
});
const inDev = (found: string | undefined) => ({ environment: "dev", digest: found });

/** `build: note`, `use 1111`, `refuse: message; help` */
function textOf(
  sighting: Partial<Sighting>,
  policy: Partial<Policy> = {},
  of: Release = release,
): string {
  const decision: Decision = decide(
    of,
    { ...nothing, ...sighting },
    { final: false, build: true, ...policy },
  );
  if (decision.kind === "refuse")
    return `refuse: ${decision.error.message}; ${decision.error.help}`;
  const which = "digest" in decision ? ` ${decision.digest.slice(7, 9)}` : "";
  return `${decision.kind}${which}${decision.note === undefined ? "" : `: ${decision.note}`}`;
}

describe("what becomes of an image", () => {
  test("where versions may move", () => {
    expect([
      textOf({}),
      textOf({ byVersion: digest("9") }),
      textOf({ bySource: digest("1") }),
      textOf({ bySource: digest("1"), byVersion: digest("1") }),
      textOf({ bySource: digest("1"), byVersion: digest("9") }),
      textOf({ elsewhere: inDev(digest("2")) }),
      textOf({ elsewhere: inDev(digest("2")), byVersion: digest("9") }),
      textOf({ elsewhere: inDev(undefined) }),
      textOf({ bySource: digest("1"), elsewhere: inDev(digest("2")) }),
    ]).toEqual([
      "build: will be built from src/projects/recsys",
      "build: will be built from src/projects/recsys; recsys-1.0.0 moves from sha256:999999999999",
      "tag 11: its source is in the registry already, as sha256:111111111111",
      "use 11",
      "tag 11: its source is in the registry already, as sha256:111111111111; recsys-1.0.0 moves from sha256:999999999999",
      "copy 22: will be copied from dev",
      "copy 22: will be copied from dev; recsys-1.0.0 moves from sha256:999999999999",
      "build: will be built from src/projects/recsys: dev has no image of this source",
      "tag 11: its source is in the registry already, as sha256:111111111111",
    ]);
  });

  test("where they may not", () => {
    const help = "raise `version` in config.yaml: the tag recsys-1.0.0 does not move in prd";
    const taken = "refuse: version 1.0.0 of recsys exists in the registry of prd, built";
    expect([
      textOf({}, { final: true }),
      textOf({ bySource: digest("1") }, { final: true }),
      textOf({ bySource: digest("9"), byVersion: digest("9") }, { final: true }),
      textOf(labelled(source), { final: true }),
      textOf(labelled("b".repeat(64)), { final: true }),
      textOf(labelled("b".repeat(64), "amd64", "0123abcdef0123456789"), { final: true }),
      textOf({ ...labelled("b".repeat(64)), bySource: digest("1") }, { final: true }),
      textOf({ ...labelled("b".repeat(64)), elsewhere: inDev(digest("2")) }, { final: true }),
      textOf(labelled(undefined), { final: true }),
      textOf(labelled(source, "arm64"), { final: true }),
    ]).toEqual([
      "build: will be built from src/projects/recsys",
      "tag 11: its source is in the registry already, as sha256:111111111111",
      "use 99",
      "use 99",
      `${taken} from other sources (bbbbbbbbbbbb; now aaaaaaaaaaaa); ${help}`,
      `${taken} from other sources (bbbbbbbbbbbb, commit 0123abcdef01; now aaaaaaaaaaaa); ${help}`,
      `${taken} from other sources (bbbbbbbbbbbb; now aaaaaaaaaaaa); ${help}`,
      `${taken} from other sources (bbbbbbbbbbbb; now aaaaaaaaaaaa); ${help}`,
      `${taken} by something other than Esteira; ${help}`,
      `${taken} for another architecture (arm64); ${help}`,
    ]);
  });

  test("where nothing may be built", () => {
    const asItIs = "taken as it is in the registry, whatever it was built from";
    const instead = "deploy without --no-build, or push the image as recsys-1.0.0 first";
    const build = false;
    expect([
      textOf({}, { build }),
      textOf({ elsewhere: inDev(undefined) }, { build }),
      textOf({ elsewhere: inDev(digest("2")) }, { build }),
      textOf({ byVersion: digest("9") }, { build }),
      textOf({ byVersion: digest("9"), bySource: digest("1") }, { build }),
      textOf(labelled(undefined), { build, final: true }),
      textOf(labelled("b".repeat(64)), { build, final: true }),
    ]).toEqual([
      `refuse: the registry of prd has no recsys-1.0.0, and --no-build forbids building it; ${instead}`,
      `refuse: the registry of prd has no recsys-1.0.0, and that of dev has nothing of this source either, and --no-build forbids building it; ${instead}`,
      "copy 22: will be copied from dev",
      `use 99: ${asItIs}`,
      "tag 11: its source is in the registry already, as sha256:111111111111; recsys-1.0.0 moves from sha256:999999999999",
      `use 99: ${asItIs}`,
      "refuse: version 1.0.0 of recsys exists in the registry of prd, built from other sources (bbbbbbbbbbbb; now aaaaaaaaaaaa); raise `version` in config.yaml: the tag recsys-1.0.0 does not move in prd",
    ]);
  });
});

describe("an image whose steps keep outputs", () => {
  const helper = (version: string | undefined): Sighting => {
    const { labels, ...rest } = labelled(source);
    return {
      ...rest,
      labels: labels && {
        ...labels,
        labels: {
          ...labels.labels,
          ...(version === undefined ? {} : { "esteira.helper": version }),
        },
      },
    };
  };
  const final = { final: true };

  test("is made again under the same version where it lacks the helper, also where versions stay", () => {
    expect(textOf(helper(String(HELPER_VERSION)), final, withOutputs)).toBe("use 99");
    expect(textOf(helper(String(HELPER_VERSION + 6)), final, withOutputs)).toBe("use 99");
    expect(textOf(helper(undefined), final, withOutputs)).toBe(
      "build: will be built from src/projects/recsys; recsys-1.0.0 moves from sha256:999999999999",
    );
    expect(
      textOf({ ...helper(undefined), elsewhere: inDev(digest("2")) }, final, withOutputs),
    ).toBe("copy 22: will be copied from dev; recsys-1.0.0 moves from sha256:999999999999");
    expect(textOf(helper(undefined), final)).toBe("use 99");
  });

  test("isn't taken without the helper where nothing may be built", () => {
    const refused =
      "refuse: recsys-1.0.0 in the registry of prd lacks the helper that keeps the steps' outputs (label esteira.helper), and --no-build forbids laying it in; deploy without --no-build: the same image is then made again with the helper";
    const noBuild = { build: false };
    expect(textOf(helper(undefined), noBuild, withOutputs)).toBe(refused);
    expect(textOf(helper(undefined), { ...noBuild, ...final }, withOutputs)).toBe(refused);
    expect(textOf(helper(String(HELPER_VERSION)), noBuild, withOutputs)).toBe(
      "use 99: taken as it is in the registry, whatever it was built from",
    );
  });

  test("of other sources is refused as always", () => {
    expect(textOf(labelled("b".repeat(64)), final, withOutputs)).toMatch(
      /^refuse: version 1\.0\.0 of recsys exists in the registry of prd, built from other sources/,
    );
  });
});
