/** The element of index.html with this id. */
export function byId<T extends HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (!found) throw new Error(`index.html has no element #${id}`);
  return found as T;
}

/** Set a text if it has changed. So a selection stays, and a screen reader announces no repetition. */
export function put(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}
