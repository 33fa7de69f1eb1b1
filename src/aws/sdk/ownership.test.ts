import { expect, test } from "vitest";

import {
  describedAs,
  describeOwner,
  fingerprintTag,
  fromLowerTags,
  fromUpperTags,
  isSameOwner,
  lowerTags,
  ownerFromDescription,
  ownerOf,
  ownershipTags,
  tagChanges,
  upperTags,
} from "./ownership.ts";

const owner = { workspace: "acme", project: "recsys", environment: "dev" };
const base = { workspace: "acme", project: undefined, environment: "dev" };

test("says whose it is in four tags, and reads them back from each service's shape", () => {
  const tags = ownershipTags(owner);
  expect(tags).toEqual({
    "esteira:managed-by": "esteira",
    "esteira:workspace": "acme",
    "esteira:project": "recsys",
    "esteira:environment": "dev",
  });
  expect(ownerOf(fromUpperTags(upperTags(tags)))).toEqual(owner);
  expect(ownerOf(fromLowerTags(lowerTags(tags)))).toEqual(owner);
  expect(ownerOf(ownershipTags(base))).toEqual(base);
});

test("belongs to nobody when the tags are not all there", () => {
  expect(ownerOf({})).toBeUndefined();
  expect(ownerOf({ ...ownershipTags(owner), "esteira:managed-by": "terraform" })).toBeUndefined();
  expect(ownerOf({ "esteira:managed-by": "esteira", "esteira:workspace": "acme" })).toBeUndefined();
});

test("distinguishes owners", () => {
  expect(isSameOwner(owner, { ...owner })).toBe(true);
  expect(isSameOwner(owner, base)).toBe(false);
  expect(isSameOwner(undefined, base)).toBe(false);
  expect(describeOwner(owner)).toBe("workspace acme, environment dev, project recsys");
  expect(describeOwner(base)).toBe("workspace acme, environment dev");
});

test("leaves tags alone that others set, and the commit mark to the deploy", () => {
  const observed = {
    ...ownershipTags(owner),
    "esteira:environment": "prd",
    "esteira:old": "1",
    [fingerprintTag]: "f".repeat(64),
    AmazonECSManaged: "",
    "cost-center": "7",
  };
  expect(tagChanges(ownershipTags(owner), observed)).toEqual({
    set: { "esteira:environment": "dev" },
    remove: ["esteira:old"],
  });
});

test("marks descriptions, whose text gives way to the mark", () => {
  const short = describedAs(owner, "Daily recommendations");
  expect(short).toBe("Daily recommendations [esteira acme/dev/recsys]");
  expect(ownerFromDescription(short)).toEqual(owner);

  const long = describedAs(owner, "x".repeat(600));
  expect(long).toHaveLength(512);
  expect(ownerFromDescription(long)).toEqual(owner);
  expect(ownerFromDescription(describedAs(base, ""))).toEqual(base);
  expect(ownerFromDescription("written by hand")).toBeUndefined();
  expect(ownerFromDescription(undefined)).toBeUndefined();
});
