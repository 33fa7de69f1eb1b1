import { shownAddress } from "../../core/shown-address.ts";
import type { Path, Problem } from "../problem.ts";
import type { RawRecipient } from "../schema/schema-people.ts";
import type { ProjectContext } from "./rule.ts";

/** Owners and recipients are addresses that mail can be sent to. */
export function addressesAreWellFormed({ config }: ProjectContext): Problem[] {
  const addresses: { text: string | undefined; path: Path }[] = [
    { text: config.owners?.tech_owner, path: ["owners", "tech_owner"] },
    { text: config.owners?.business_owner, path: ["owners", "business_owner"] },
    ...recipients(config.notifications).filter(({ webhook }) => !webhook),
  ];
  return addresses.flatMap(({ text, path }): Problem[] =>
    text === undefined || isEmail(text)
      ? []
      : [
          {
            code: "config/email",
            path,
            ...(shownAddress(text) === text ? {} : { hidden: true as const }),
            message: `${JSON.stringify(shownAddress(text))} is not an e-mail address`,
            help: "write it as in ml-team@example.com",
          },
        ],
  );
}

/** What a notification says must not travel in the clear. */
export function webhooksAreHttps({ config }: ProjectContext): Problem[] {
  return recipients(config.notifications)
    .filter(({ webhook }) => webhook)
    .flatMap(({ text, path }): Problem[] => {
      const url = URL.parse(text);
      if (url?.protocol === "https:" && url.hostname.includes(".")) return [];
      return [
        {
          code: "config/webhook",
          path,
          hidden: true,
          message: `${JSON.stringify(shownAddress(text))} can't be a webhook`,
          help: "a webhook starts with https:// and a host's name",
        },
      ];
    });
}

interface Recipients {
  readonly on_success?: readonly RawRecipient[] | undefined;
  readonly on_failure?: readonly RawRecipient[] | undefined;
}

interface Written {
  readonly text: string;
  readonly path: Path;
  /** It is a webhook, whatever its text looks like. */
  readonly webhook: boolean;
}

function recipients(notifications: Recipients | undefined): Written[] {
  return (["on_success", "on_failure"] as const).flatMap((field) =>
    (notifications?.[field] ?? []).map((written, index): Written => {
      const path = ["notifications", field, index];
      return typeof written === "string"
        ? { text: written, path, webhook: isUrl(written) }
        : { text: written.url, path: [...path, "url"], webhook: true };
    }),
  );
}

function isUrl(text: string): boolean {
  return /^[a-z][a-z0-9+.-]*:/i.test(text);
}

/** Close to RFC 5321 without its quoted forms, which no mail service in use accepts. */
export function isEmail(text: string): boolean {
  const at = text.lastIndexOf("@");
  const local = text.slice(0, at);
  const labels = text.slice(at + 1).split(".");
  return (
    at > 0 &&
    text.length <= 254 &&
    local.length <= 64 &&
    /^[\p{L}\p{N}!#$%&'*+/=?^_`{|}~.-]+$/u.test(local) &&
    !/^\.|\.\.|\.$/.test(local) &&
    labels.length > 1 &&
    labels.every((label) => /^[A-Za-z0-9-]{1,63}$/.test(label) && !/^-|-$/.test(label)) &&
    /^[A-Za-z][A-Za-z0-9-]+$/.test(labels.at(-1) ?? "")
  );
}
