/** The element of index.html with this id. */
export function byId<T extends HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (!found) throw new Error(`index.html has no element #${id}`);
  return found as T;
}

/** Write a text, if it is another: a selection in it stays, and no reader announces it again. */
export function put(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}
