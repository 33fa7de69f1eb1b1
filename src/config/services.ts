import type { WebhookFormat } from "../core/webhook-format.ts";

/** The model registry of an environment, and what its gate asks. */
export interface MlflowConfig {
  readonly trackingUri: string;
  readonly s3EndpointUrl: string | undefined;
  readonly gate: "enforce" | "warn" | "off";
  /** What an enforcing gate does when the registry gives no answer. */
  readonly unreachable: "refuse" | "warn";
  /** What the gate accepts: stages, or one alias. */
  readonly accepts: { readonly stages: readonly string[] } | { readonly alias: string };
}

/** What sends mail. */
export interface MailConfig {
  readonly transport: "ses" | "sns" | "smtp";
  readonly from: string;
  readonly smtp:
    | { readonly host: string; readonly port: number; readonly secure: boolean }
    | undefined;
}

/** Who is notified. */
export type Recipient =
  | { readonly kind: "email"; readonly address: string }
  | {
      readonly kind: "webhook";
      readonly url: string;
      /** The form of its messages; absent: its host decides. */
      readonly format?: WebhookFormat;
    };
