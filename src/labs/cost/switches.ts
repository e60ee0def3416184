import { timeout } from "../../concurrency/index.js";
import { withChild } from "./child.js";
import type { SwitchKind } from "./programs/switches.js";

/** The time of one switch from one to the other, in microseconds. null: it could not be measured here. */
export interface Switches {
  awaitUs: number | null;
  atomicsUs: number | null;
  postMessageUs: number | null;
  processUs: number | null;
}

const longestMs = 3000; // for the rounds of one kind

/** Measure the switches, each kind in a child of its own. The fastest round counts: other programs disturb it least. */
export async function measureSwitches(program: URL, signal: AbortSignal): Promise<Switches> {
  const us = (kind: SwitchKind) => microseconds(program, kind, signal);
  return {
    awaitUs: await us("await"),
    atomicsUs: await us("atomics"),
    postMessageUs: await us("postMessage"),
    processUs: await us("process"),
  };
}

function microseconds(program: URL, kind: SwitchKind, signal: AbortSignal): Promise<number | null> {
  return withChild(program, async (child) => {
    const rounds = await timeout(longestMs, (own) => child.ask<number[] | { error: string }>(kind, own), { signal });
    return Array.isArray(rounds) ? Math.min(...rounds) : null;
  });
}
