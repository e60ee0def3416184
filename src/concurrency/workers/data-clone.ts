/** The one error for what cannot be cloned: threads throw it, the serialiser for processes throws a plain Error. */
export function dataCloneError(error: unknown): DOMException {
  if (error instanceof DOMException && error.name === "DataCloneError") return error;
  const message = error instanceof Error ? error.message : String(error);
  return Object.assign(new DOMException(message, "DataCloneError"), { cause: error });
}
