/** Runs every order in which two bots can take their turns. This is a model, but nothing is known beforehand. */

export type Bot = "A" | "B";
const bots: readonly Bot[] = ["A", "B"];

const atFirst = 100; // knives
const taken = 4; // by each bot
export const right = atFirst - taken - taken;

interface World {
  knives: number;
  lockedBy: Bot | undefined;
  /** The number that each bot has in mind. */
  mind: Record<Bot, number>;
}

/** A step returns the number that it read, made or wrote. It waits while `mayRun` returns false (default: never). */
export interface Step {
  name: string;
  mayRun?(world: World): boolean;
  run(world: World, bot: Bot): number | undefined;
}

/** The steps that a bot takes before another one may come in. */
export type Turn = readonly Step[];

export interface StepDone {
  bot: Bot;
  step: string;
  value?: number;
}

export interface Run {
  /** Whose turn it was, such as `ABAABB`. */
  schedule: string;
  steps: StepDone[];
  /** Knives in the end; 92 is right. */
  left: number;
  /** The bots that could go on. */
  next: Bot[];
}

export const read: Step = {
  name: "read",
  run: (world, bot) => {
    world.mind[bot] = world.knives;
    return world.knives;
  },
};
export const work: Step = {
  name: "work",
  run: ({ mind }, bot) => {
    mind[bot] -= taken;
    return mind[bot];
  },
};
export const write: Step = {
  name: "write",
  run: (world, bot) => {
    world.knives = world.mind[bot];
    return world.knives;
  },
};
const lock: Step = {
  name: "lock",
  mayRun: ({ lockedBy }) => lockedBy === undefined,
  run: (world, bot) => {
    world.lockedBy = bot;
    return undefined;
  },
};
const unlock: Step = {
  name: "unlock",
  run: (world) => {
    world.lockedBy = undefined;
    return undefined;
  },
};

/** The turns of one change. A thread may be stopped between any two steps, a task gives way at an `await` only. */
export const models = {
  threads: [[read], [work], [write]],
  "tasks, await inside": [[read], [work, write]],
  tasks: [[read, work, write]],
  "threads, lock": [[lock], [read], [work], [write], [unlock]],
} as const satisfies Record<string, readonly Turn[]>;

/** All complete runs of two bots that each make the change. After each turn, every bot that can go on does so in one of them. */
export function explore(change: readonly Turn[], schedule = ""): Run[] {
  const run = replay(change, schedule);
  return run.next.length === 0 ? [run] : run.next.flatMap((bot) => explore(change, schedule + bot));
}

/** Run one schedule from the start. */
export function replay(change: readonly Turn[], schedule: string): Run {
  const world: World = { knives: atFirst, lockedBy: undefined, mind: { A: 0, B: 0 } };
  const ahead = { A: [...change], B: [...change] };
  const steps: StepDone[] = [];
  for (const bot of [...schedule] as Bot[]) {
    for (const { name, run } of ahead[bot].shift() ?? []) {
      const value = run(world, bot);
      steps.push({ bot, step: name, ...(value !== undefined && { value }) });
    }
  }
  const next = bots.filter((bot) => mayBegin(ahead[bot][0], world));
  return { schedule, steps, left: world.knives, next };
}

function mayBegin(turn: Turn | undefined, world: World): boolean {
  return turn !== undefined && (turn[0]?.mayRun?.(world) ?? true);
}

/** Whether an update was lost. */
export function loses({ left }: Run): boolean {
  return left !== right;
}

/** How often another bot came in. */
export function switches({ schedule }: Run): number {
  return [...schedule].filter((bot, turn) => turn > 0 && bot !== schedule[turn - 1]).length;
}
