const signs = /<script\b|\son[a-z]{3,30}\s{0,9}=|\bhttp-equiv\s{0,9}=\s{0,9}["']?refresh/i;

/** Whether a browser may show other headlines than the page has: a script, an event handler, or a way to another page. */
export function needsBrowser(html: string): boolean {
  return signs.test(html);
}
