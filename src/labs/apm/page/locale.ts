/** In a POSIX locale Chromium calls its language `en-US@posix`. Intl knows no such tag, and uPlot, which asks for it, fails. */
try {
  Intl.getCanonicalLocales(navigator.language);
} catch {
  Object.defineProperty(navigator, "language", { value: "en-US" });
}
