import type { SMTPPoolOptions } from "nodemailer/lib/smtp-pool";

import { cleanText } from "../../core/clean-text.ts";
import type { MailConfig } from "../../config/services.ts";
import { oneLine, type Sending } from "../../runs/delivery.ts";
import { messageHtml } from "../../runs/message/html.ts";
import type { Notification } from "../../runs/model.ts";

/** One message to one recipient. */
export interface Mail {
  readonly recipient: string;
  /** All who get this message, for its header: each sees who was notified. */
  readonly audience: readonly string[];
  readonly notification: Pick<Notification, "subject" | "body" | "message">;
  /**
   * The same for every try of the same message: mail programs show it once however often it came.
   */
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly composedAt: number;
}

/** A connection to a mail server. */
export interface MailServer {
  send(mail: Mail): Promise<MailSending>;
  /** Connects as for a mail, and sends none: what keeps that from working, if anything does. */
  trouble(): Promise<MailSending | undefined>;
  close(): void;
}

/**
 * `down`: nobody can be notified by this server just now, so that nobody else need be tried.
 * `lost`: the connection could not be made, or ended over this mail; `trouble` tells which.
 */
export type MailSending = Sending & { readonly down?: boolean; readonly lost?: boolean };

export interface MailServerOptions {
  readonly mail: MailConfig;
  /** Where user and password are: `ESTEIRA_SMTP_USER`, `ESTEIRA_SMTP_PASSWORD`. */
  readonly processEnvironment: Readonly<Record<string, string | undefined>>;
  /** Milliseconds in which a server must let itself be connected to and greet. */
  readonly patienceMs: number;
  /** Certificates to trust instead of the system's, in PEM. */
  readonly ca?: string;
}

/**
 * Opens a connection when the first mail is sent, and uses it for the others. Undefined where the
 * environment has no server for mail.
 */
export async function openMailServer(options: MailServerOptions): Promise<MailServer | undefined> {
  const { mail, processEnvironment, patienceMs, ca } = options;
  const { smtp, from } = mail;
  if (mail.transport !== "smtp" || smtp === undefined) return undefined;
  const user = processEnvironment["ESTEIRA_SMTP_USER"] || undefined;
  const password = processEnvironment["ESTEIRA_SMTP_PASSWORD"] || undefined;
  // It takes its time to load: who has nothing to send does without.
  const { createTransport } = await import("nodemailer");
  const settings: SMTPPoolOptions & { pool: true } = {
    pool: true,
    maxConnections: 1,
    maxRequeues: 0, // a message may have been taken by a server that then went away
    host: smtp.host,
    port: smtp.port,
    secure: smtp.secure,
    // A password never travels in the clear.
    requireTLS: user !== undefined,
    ...(user === undefined ? {} : { auth: { user, pass: password ?? "" } }),
    ...(ca === undefined ? {} : { tls: { ca } }),
    connectionTimeout: patienceMs,
    greetingTimeout: patienceMs,
    dnsTimeout: patienceMs,
    socketTimeout: 2 * patienceMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  };
  const transport = createTransport(settings);
  const domain = from.slice(from.lastIndexOf("@") + 1);
  return {
    async send({ recipient, audience, notification, id, composedAt }) {
      try {
        await transport.sendMail({
          envelope: { from, to: [recipient] },
          from: { name: "Esteira", address: from },
          to: audience.map((address) => ({ name: "", address })),
          subject: cleanText(notification.subject),
          text: cleanText(notification.body),
          ...(notification.message === undefined
            ? {}
            : { html: messageHtml(notification.message) }),
          encoding: "quoted-printable",
          messageId: `<${id}@${domain}>`,
          date: new Date(composedAt),
          headers: { "Auto-Submitted": "auto-generated" }, // https://www.rfc-editor.org/rfc/rfc3834
        });
        return { kind: "sent" };
      } catch (error) {
        return judge(`${smtp.host}:${smtp.port}`, error, user !== undefined);
      }
    },
    async trouble() {
      try {
        await transport.verify();
        return undefined;
      } catch (error) {
        return judge(`${smtp.host}:${smtp.port}`, error, user !== undefined);
      }
    },
    close: () => transport.close({ force: true }),
  };
}

function judge(server: string, error: unknown, authenticates: boolean): MailSending {
  if (!(error instanceof Error)) throw error;
  const { code, response, responseCode } = error as Error & {
    readonly code?: string;
    readonly response?: string;
    readonly responseCode?: number;
  };
  // What has no code is a bug of ours or the library's.
  if (code === undefined) throw error;
  const said = oneLine(response || error.message);
  switch (code) {
    case "EENVELOPE":
    case "EMESSAGE": {
      const why = `${server} said: ${said}`;
      // 5yz: "the SMTP client SHOULD NOT repeat the exact request",
      // https://www.rfc-editor.org/rfc/rfc5321#section-4.2.1
      if (responseCode !== undefined && responseCode < 500) return { kind: "later", why };
      return { kind: "refused", why };
    }
    case "EAUTH":
      return {
        kind: "later",
        down: true,
        why: `${server} let nobody in: ${said} (ESTEIRA_SMTP_USER and ESTEIRA_SMTP_PASSWORD say who asks)`,
      };
    case "ETLS":
      return {
        kind: "later",
        down: true,
        why: authenticates
          ? `${server} has no encrypted connection, without which no password is sent: ${said}`
          : `${server} has no good encrypted connection: ${said}`,
      };
    default:
      if (/certificate/i.test(said)) {
        const which = said.replace(/;.*$/s, "");
        return {
          kind: "later",
          down: true,
          why: `${server} has a certificate that isn't trusted: ${which} (NODE_EXTRA_CA_CERTS names a file with more to trust)`,
        };
      }
      return { kind: "later", lost: true, why: `${server} can't be used: ${said}` };
  }
}
