/** Whether a status says that what was asked for is elsewhere; where, the header Location says. */
export function isRedirect(status: number): boolean {
  return status === 301 || status === 302 || status === 303 || status === 307 || status === 308;
}
