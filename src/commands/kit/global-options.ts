import { Option } from "commander";
import { option } from "./option.js";
import { path, sizeFrom } from "./values.js";

/** The options that every command takes, but for the version and the help, which commander adds itself. */
export function globalOptions(): Option[] {
  return [
    new Option("--json", "JSON only on stdout: one document, or one line per event"),
    new Option("--no-color", "text without colours"),
    new Option("--debug", "stack traces of errors"),
    new Option("--strict", "exit code 1 if a finding does not hold"),
    option("--trace <file>", "write a trace of all tasks, for Perfetto or chrome://tracing", path),
    option(traceLimit, "the most that a trace may hold", sizeFrom(2 ** 20), "256MiB"),
  ];
}

/** Not on the first screen: few need it. */
export const traceLimit = "--trace-limit <size>";

export const versionFlags = ["-V, --version", "print the version"] as const;
export const helpFlags = ["-h, --help", "print this help"] as const;
