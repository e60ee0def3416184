/** An error of TLS. Node adds the reason of OpenSSL to most of them. */
export interface TlsError extends Error {
  reason?: string;
}

const explained: Readonly<Record<string, string>> = {
  "wrong version number": "the server does not speak TLS at this port",
  "packet length too long": "the server does not speak TLS at this port",
  "http request": "the server does not speak TLS at this port",
  "unsupported protocol": "the server speaks an old version of TLS only",
  "tlsv1 alert protocol version": "the server refuses the versions of TLS that Node speaks",
  "no shared cipher": "the server and Node have no cipher in common",
  "sslv3 alert handshake failure":
    "the server refuses the handshake: no cipher in common, or a client certificate is missing",
  "tlsv13 alert certificate required": "the server requires a client certificate",
  "sslv3 alert bad certificate": "the server refuses the client certificate",
  "tlsv1 alert unknown ca": "the server does not know the authority of the client certificate",
  "tlsv1 unrecognized name": "the server does not know the name of this host",
};

/**
 * What is wrong, without the thread number, the code and the source file of OpenSSL, as in
 * `805B…:error:0A00010B:SSL routines:ssl3_get_record:wrong version number:../deps/…:355:`.
 */
export function tlsWords({ message, reason }: TlsError): string {
  const [, found] = /:error:[0-9A-F]+:[^:]*:[^:]*:([^:]+)/i.exec(message) ?? [];
  const why = found ?? (message === "" ? (reason ?? "TLS failed") : message);
  const words = explained[why.trim()];
  return words ? `${words} (${why.trim()})` : why;
}
