import { execa } from "execa";

/** `linux/amd64`, and the labels, of an image that the engine has. */
export async function platformAndLabels(
  uri: string,
): Promise<{ readonly platform: string; readonly labels: unknown }> {
  const format = "{{.Os}}/{{.Architecture}} {{json .Config.Labels}}";
  const { stdout } = await execa("docker", ["image", "inspect", "--format", format, uri]);
  const [platform = "", labels = ""] = stdout.split(/ (.*)/s);
  return { platform, labels: JSON.parse(labels) as unknown };
}

/** Paths of an image's files below a folder: `app/main.py`. */
export async function filesBelow(uri: string, folder: string): Promise<string[]> {
  const { stdout: id } = await execa("docker", ["create", uri, "none"]);
  try {
    const { stdout } = await execa("sh", ["-c", `docker export ${id} | tar -t ${folder}`]);
    return stdout.split("\n").filter((path) => !path.endsWith("/"));
  } finally {
    await execa("docker", ["rm", id]);
  }
}
