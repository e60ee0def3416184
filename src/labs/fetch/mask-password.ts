/** A URL with `***` for its password, to be shown. In a text that is no http or https URL, anything like one is masked. */
export function maskPassword(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== "http:" && url?.protocol !== "https:") return text.replace(/:(?!\/\/).*@/s, ":***@");
  if (url.password === "") return text;
  url.password = "***";
  return url.href;
}
