/**
 * Pages load only what this server gives them, and nothing that is written inside of a page:
 * https://www.w3.org/TR/CSP3/
 */
export const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join("; ");

/** What a step wrote has no rights at all, even when somebody opens its address by itself. */
export const filePolicy = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/** On every answer. */
export const everywhere: Readonly<Record<string, string>> = {
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
};
