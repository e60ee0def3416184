/** Runs two bots in every order in which they can take their turns. */
import { type Bot, bots, freshWorld, knivesLeft, type Turn, type World } from "./models.js";

export interface StepDone {
  bot: Bot;
  step: string;
  /** The number that the bot has read, made or written. */
  value: number;
}

export interface Run {
  /** Whose turn it was, such as `ABAABB`. */
  schedule: string;
  steps: StepDone[];
  /** Knives in the end. */
  left: number;
  /** The bots that could go on: none after a complete run. */
  ready: Bot[];
}

/** All complete runs of two bots that each make `change`: at each point, each bot that can go on does so in some of them. */
export function explore(change: readonly Turn[], schedule = ""): Run[] {
  const run = replay(change, schedule);
  return run.ready.length === 0 ? [run] : run.ready.flatMap((bot) => explore(change, schedule + bot));
}

/** Run one schedule from the start. It may end before the bots do. */
export function replay(change: readonly Turn[], schedule: string): Run {
  const world = freshWorld();
  const ahead: Record<Bot, Turn[]> = { A: [...change], B: [...change] };
  const steps: StepDone[] = [];
  for (const bot of schedule as Iterable<Bot>) {
    for (const step of ahead[bot].shift() ?? []) {
      step.run(world, bot);
      steps.push({ bot, step: step.name, value: world.mind[bot] });
    }
  }
  return { schedule, steps, left: world.knives, ready: bots.filter((bot) => canGoOn(ahead[bot], world)) };
}

/** Whether the bot has a turn ahead, and need not wait for it. */
function canGoOn([turn]: readonly Turn[], world: World): boolean {
  return turn?.every((step) => step.mayRun?.(world) ?? true) ?? false;
}

/** Whether an update was lost. */
export function loses({ left }: Run): boolean {
  return left !== knivesLeft;
}

/** How often the other bot came in. */
export function switches({ schedule }: Run): number {
  return [...schedule].filter((bot, turn) => turn > 0 && bot !== schedule[turn - 1]).length;
}
