/** Chromium in a POSIX locale has the language `en-US@posix`. Intl rejects that tag, and uPlot would fail with it. */
try {
  Intl.getCanonicalLocales(navigator.language);
} catch {
  Object.defineProperty(navigator, "language", { value: "en-US" });
}
