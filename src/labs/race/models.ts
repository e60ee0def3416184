/** One change of the kitchen by threads, by tasks and under a lock, as a model: which steps does nobody come between? */

export type Bot = "A" | "B";
export const bots: readonly Bot[] = ["A", "B"];

const atFirst = 100; // knives
const taken = 4; // by each bot
/** What two changes leave, if none is lost. */
export const knivesLeft = atFirst - taken * bots.length;

export interface World {
  knives: number;
  lockedBy: Bot | undefined;
  /** The number that each bot has in mind: the one it has read, then the one it writes. */
  mind: Record<Bot, number>;
}

export interface Step {
  name: string;
  run(world: World, bot: Bot): void;
  /** The bot waits while this is false. Default: it never waits. */
  mayRun?(world: World): boolean;
}

/** The steps that a bot takes before another one may come in. */
export type Turn = readonly Step[];

export const read: Step = {
  name: "read",
  run(world, bot) {
    world.mind[bot] = world.knives;
  },
};

export const work: Step = {
  name: "work",
  run(world, bot) {
    world.mind[bot] -= taken;
  },
};

export const write: Step = {
  name: "write",
  run(world, bot) {
    world.knives = world.mind[bot];
  },
};

const lock: Step = {
  name: "lock",
  mayRun: ({ lockedBy }) => lockedBy === undefined,
  run(world, bot) {
    world.lockedBy = bot;
  },
};

const unlock: Step = {
  name: "unlock",
  run(world) {
    world.lockedBy = undefined;
  },
};

/** A thread may be stopped between any two steps. A task gives way at an `await` only. */
export const models = {
  threads: [[read], [work], [write]],
  "tasks, await inside": [[read], [work, write]],
  tasks: [[read, work, write]],
  "threads, lock": [[lock], [read], [work], [write], [unlock]],
} as const satisfies Record<string, readonly Turn[]>;

export function freshWorld(): World {
  return { knives: atFirst, lockedBy: undefined, mind: { A: 0, B: 0 } };
}
