import { DockerfileParser, From, JSONInstruction, type Instruction } from "dockerfile-ast";

/** What is looked at of a Dockerfile, in its order. */
export interface DockerfileFacts {
  /** Images of `FROM`, as they are written. */
  readonly bases: readonly string[];
  /** What COPY and ADD take out of the project. */
  readonly copied: readonly string[];
  /** What RUN gives a shell, lines that a backslash continues and here-documents included. */
  readonly commands: readonly string[];
}

/** The projects of a house have a few Dockerfiles between them. Texts and what they say. */
const recent = new Map<string, DockerfileFacts>();
const mostRecent = 16;

/**
 * Reads a Dockerfile. Paths that only a build can know (patterns, variables), addresses,
 * here-documents and files of another stage aren't among what is copied
 * (https://docs.docker.com/reference/dockerfile/#copy).
 */
export function readDockerfile(text: string): DockerfileFacts {
  const known = recent.get(text);
  if (known !== undefined) return known;
  const facts = factsOf(text);
  if (recent.size >= mostRecent) recent.clear();
  recent.set(text, facts);
  return facts;
}

/** Each command that its shells run, one by one and without quotes. */
export function plainCommands(text: string): readonly string[] {
  return readDockerfile(text).commands.flatMap((command) =>
    command
      .replaceAll(/\\\r?\n/g, " ")
      .replaceAll(/["']/g, "")
      .split(/[;&|\n]/),
  );
}

function factsOf(text: string): DockerfileFacts {
  const instructions = DockerfileParser.parse(text).getInstructions();
  return {
    bases: instructions.flatMap((one) => (one instanceof From ? (one.getImage() ?? []) : [])),
    copied: instructions.flatMap((one) =>
      ["COPY", "ADD"].includes(one.getKeyword()) ? copiedBy(one) : [],
    ),
    commands: instructions.flatMap((one) =>
      one.getKeyword() === "RUN" ? (one.getRawArgumentsContent() ?? []) : [],
    ),
  };
}

function copiedBy(instruction: Instruction): readonly string[] {
  const words = instruction.getArguments().map((argument) => argument.getValue());
  const flags = instruction instanceof JSONInstruction ? instruction.getFlags() : [];
  if (flags.some((flag) => flag.getName() === "from")) return [];
  if (words.some((word) => word.startsWith("<<"))) return [];
  const plain = words.filter((word) => !word.startsWith("--"));
  const list = plain[0]?.startsWith("[") === true ? listed(plain.join(" ")) : plain;
  return list
    .slice(0, -1)
    .filter((path) => !/[*?[\]$"':]|\.\./.test(path))
    .map((path) => path.replace(/^(?:\.?\/)+/, "").replace(/(?<!\/)\/+$/, ""))
    .filter((path) => path !== "" && path !== ".");
}

function listed(words: string): readonly string[] {
  return [...words.matchAll(/"([^"]*)"/g)].map(([, word = ""]) => word);
}
