import { expect, test } from "vitest";

import { usesBuildKit, usesBuildx, withCacheMounts } from "./cache-mounts.ts";

test("a RUN below the comment gets the mount, and nothing else is changed", () => {
  const text = `# syntax=docker/dockerfile:1
FROM python:3.11-slim
RUN echo before
# esteira: cache /var/cache/uv

# Said between the two.
RUN --network=none uv pip install \\
      -r requirements.txt
RUN echo after
`;
  expect(withCacheMounts(text)).toBe(
    text.replace(
      "RUN --network=none",
      "RUN --mount=type=cache,target=/var/cache/uv --network=none",
    ),
  );
});

test("several caches for one RUN, in small letters and with Windows' line ends", () => {
  expect(
    withCacheMounts(
      "#esteira:cache /root/.npm\r\n  # esteira:  cache /var/cache/uv\r\n  run make\r\n",
    ),
  ).toBe(
    "#esteira:cache /root/.npm\r\n  # esteira:  cache /var/cache/uv\r\n" +
      "  run --mount=type=cache,target=/root/.npm --mount=type=cache,target=/var/cache/uv make\r\n",
  );
});

test.each([
  ["no comment", "FROM scratch\nRUN make\n"],
  ["another instruction below it", "# esteira: cache /a\nCOPY . .\nRUN make\n"],
  ["a mount that the author wrote", "# esteira: cache /a\nRUN --mount=type=cache,target=/a make\n"],
  ["a relative folder", "# esteira: cache a\nRUN make\n"],
  ["the file system's root", "# esteira: cache /\nRUN make\n"],
  ["options behind the folder", "# esteira: cache /a,from=secrets\nRUN make\n"],
  ["an instruction that only begins so", "# esteira: cache /a\nRUNNER make\n"],
  ["the comment at the end", "RUN make\n# esteira: cache /a"],
])("stays as it is: %s", (_, text) => {
  expect(withCacheMounts(text)).toBeUndefined();
});

const docker23 = "Docker version 23.0.1, build a5ee5b1";
test.each([
  [docker23, true, undefined, { buildKit: true, buildx: true }],
  [docker23, true, "", { buildKit: true, buildx: true }],
  ["Docker version 28.2.2, build e6534b4", false, undefined, { buildKit: false, buildx: false }],
  [
    "Docker version 20.10.24+dfsg1, build 297e128",
    true,
    undefined,
    { buildKit: false, buildx: true },
  ],
  ["Docker version 20.10.24+dfsg1, build 297e128", false, "1", { buildKit: true, buildx: false }],
  [docker23, true, "0", { buildKit: false, buildx: false }],
  [docker23, true, "False", { buildKit: false, buildx: false }],
  ["podman version 5.4.0", true, undefined, { buildKit: false, buildx: true }],
  ["", false, undefined, { buildKit: false, buildx: false }],
])("%s, buildx %s, DOCKER_BUILDKIT %s", (version, buildx, setting, expected) => {
  const client = { version, buildx, setting };
  expect({ buildKit: usesBuildKit(client), buildx: usesBuildx(client) }).toEqual(expected);
});
