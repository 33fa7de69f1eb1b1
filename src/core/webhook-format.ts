/** Forms in which a webhook can get a message: `format` of a recipient in config.yaml. */
export const WEBHOOK_FORMATS = ["teams", "slack", "discord", "google-chat", "json"] as const;
export type WebhookFormat = (typeof WEBHOOK_FORMATS)[number];
