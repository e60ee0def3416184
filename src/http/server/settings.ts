/** The limits of every server, in milliseconds. */
export const serverTimeouts = {
  /** For the headers of a request. */
  headersTimeout: 5_000,
  /** For a whole request. */
  requestTimeout: 10_000,
  /** Between two requests of a connection. */
  keepAliveTimeout: 5_000,
  /** Between two checks of headersTimeout and requestTimeout. Node's default of 30 s would be their real value. */
  connectionsCheckingInterval: 1_000,
};

/** The headers of every reply. No foreign code runs in our pages, and no other site embeds or reads them. */
export const securityHeaders: Readonly<Record<string, string>> = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "cache-control": "no-store",
};
