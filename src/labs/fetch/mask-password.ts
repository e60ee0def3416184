/**
 * A URL as it may be shown: its password is `***`. What is no http or https URL may still have a password in it: there
 * all that might be one is masked.
 */
export function maskPassword(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== "http:" && url?.protocol !== "https:") return text.replace(/:(?!\/\/).*@/s, ":***@");
  if (url.password === "") return text;
  url.password = "***";
  return url.href;
}
