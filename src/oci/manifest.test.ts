import { describe, expect, test } from "vitest";

import { readLabels, readManifest } from "./manifest.ts";

const digest = (digit: string) => `sha256:${digit.repeat(64)}`;
const manifest = (document: unknown, mediaType = "application/vnd.oci.image.manifest.v1+json") => ({
  digest: digest("0"),
  mediaType,
  content: Buffer.from(typeof document === "string" ? document : JSON.stringify(document)),
});

describe("a manifest", () => {
  test("of an image; layers that live elsewhere are left out", () => {
    const layer = (digit: string, mediaType: string) => ({
      mediaType,
      size: 2,
      digest: digest(digit),
    });
    const read = readManifest(
      manifest({
        config: {
          mediaType: "application/vnd.oci.image.config.v1+json",
          size: 1,
          digest: digest("1"),
        },
        layers: [
          layer("2", "application/vnd.oci.image.layer.v1.tar+gzip"),
          layer("3", "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip"),
        ],
      }),
    );
    expect(read).toEqual({
      ok: true,
      value: {
        kind: "image",
        config: {
          mediaType: "application/vnd.oci.image.config.v1+json",
          size: 1,
          digest: digest("1"),
          platform: undefined,
        },
        layers: [
          {
            mediaType: "application/vnd.oci.image.layer.v1.tar+gzip",
            size: 2,
            digest: digest("2"),
            platform: undefined,
          },
        ],
      },
    });
  });

  test("of several images", () => {
    const read = readManifest(
      manifest(
        {
          manifests: [
            {
              mediaType: "application/vnd.oci.image.manifest.v1+json",
              size: 3,
              digest: digest("4"),
              platform: { os: "linux", architecture: "arm64" },
            },
          ],
        },
        "application/vnd.docker.distribution.manifest.list.v2+json",
      ),
    );
    expect(read).toMatchObject({
      value: { kind: "index", manifests: [{ digest: digest("4"), platform: "linux/arm64" }] },
    });
  });

  test.each([null, [], {}, { os: {}, architecture: [{ toString: null }] }, { os: "linux" }])(
    "of images that name no platform: %j",
    (platform) => {
      const named = { digest: digest("4"), size: 3, platform };
      expect(readManifest(manifest({ manifests: [named] }))).toMatchObject({
        value: { kind: "index", manifests: [{ platform: undefined }] },
      });
    },
  );

  test.each([
    [{ mediaType: { toString: null } }, "names no configuration and layers"],
    ["not JSON", "is not JSON"],
    [[], "is not JSON"],
    [{}, "names no configuration and layers"],
    [{ schemaVersion: 1, fsLayers: [] }, "has the form of 2015, which contains no digests"],
    [{ manifests: [{ digest: "../../etc" }] }, "is not an index of images"],
    [
      { config: { digest: "sha256:../../x", size: 1 }, layers: [] },
      "names no configuration and layers",
    ],
  ])("that can't be used: %j", (document, problem) => {
    expect(readManifest(manifest(document))).toEqual({ ok: false, error: problem });
  });
});

test("labels of an image, and of one without any", () => {
  expect(
    readLabels(Buffer.from('{"architecture":"amd64","config":{"Labels":{"a":"b","c":1}}}')),
  ).toEqual({ architecture: "amd64", labels: { a: "b" } });
  expect(readLabels(Buffer.from('{"config":{"Labels":null}}'))).toEqual({
    architecture: undefined,
    labels: {},
  });
  expect(readLabels(Buffer.from("{"))).toBeUndefined();
});
