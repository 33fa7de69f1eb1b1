/** Names an attempt in its run. */
export interface AttemptName {
  readonly step: string;
  /** 1 for the first try. */
  readonly attempt: number;
  readonly item: number | undefined;
}

export interface LogLine extends AttemptName {
  readonly timestamp: number;
  readonly stream: "stdout" | "stderr" | "system";
  /** Without its line break. */
  readonly text: string;
}
