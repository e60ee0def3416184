/** The kitchen in memory that all bots share. Each of its numbers has a place in one Int32Array. */
export type Kitchen = Int32Array<SharedArrayBuffer>;

export const knives = 0;
export const forks = 1;
/** Changes that counted themselves. */
export const counted = 2;
/** The mutex: see mutex.ts. */
export const mutex = 3;
/** 0: the bots are held. 1: they may begin. */
export const latch = 4;
/** The bot that finished a table last. */
export const lastBot = 5;
const perBot = 6;

export const piecesOfEach = 100; // knives, and forks
export const piecesForATable = 4; // knives, and forks

/** Where the owner counts the changes that it has made for this bot. */
export function madePlace(bot: number): number {
  return perBot + 2 * bot;
}

/** Where the bot says at which count it wants to be woken. */
export function wantedPlace(bot: number): number {
  return perBot + 2 * bot + 1;
}

/** 100 knives, 100 forks, and a latch that is shut. */
export function freshKitchen(bots: number): Kitchen {
  const kitchen = new Int32Array(new SharedArrayBuffer(madePlace(bots) * Int32Array.BYTES_PER_ELEMENT));
  kitchen[knives] = piecesOfEach;
  kitchen[forks] = piecesOfEach;
  kitchen[lastBot] = -1;
  return kitchen;
}

export function contentsOf(kitchen: Kitchen) {
  const at = (place: number) => Atomics.load(kitchen, place);
  return { knives: at(knives), forks: at(forks), counted: at(counted) };
}
