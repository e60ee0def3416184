export type Fix = "none" | "lock" | "atomic" | "single" | "forgotten"; // of threads
export type TaskFix = "none" | "no-await" | "lock";

/** A round of that row is done, one of `steps` rounds in all. */
export interface RaceEvent {
  fix: Fix | TaskFix;
  steps: number;
}

/** The kitchen as a round has left it. */
export interface Cutlery {
  knives: number;
  forks: number;
}

/** The end of one round. */
export interface Round extends Cutlery {
  /** Changes that counted themselves, out of all that were made. */
  counted: number;
  /** From the opening of the latch to the end of the last bot, in milliseconds. */
  ms: number;
  /** For each thread, how often another one had served a table since its own last. Empty for tasks, which always meet. */
  met: readonly number[];
}

/** The rounds of one fix. */
export interface Row<Name extends string> {
  fix: Name;
  /** Changes made in all rounds. */
  changes: number;
  /** Of these, the ones that left no trace. */
  lost: number;
  lostRounds: number;
  /** After the last round. */
  kitchen: Cutlery;
  /** Of all rounds. */
  ms: number;
}

/** The sum of `rounds`, in each of which the bots made `changes` changes. */
export function rowOf<Name extends string>(fix: Name, changes: number, rounds: readonly Round[]): Row<Name> {
  const lost = rounds.map(({ counted }) => changes - counted);
  const { knives, forks } = rounds.at(-1) as Round;
  return {
    fix,
    changes: changes * rounds.length,
    lost: lost.reduce((sum, each) => sum + each, 0),
    lostRounds: lost.filter((each) => each !== 0).length,
    kitchen: { knives, forks },
    ms: rounds.reduce((sum, { ms }) => sum + ms, 0),
  };
}

/** Make `rounds` rounds one after another, and call `onRound` after each. */
export async function repeat(rounds: number, round: () => Promise<Round>, onRound: () => void): Promise<Round[]> {
  const done: Round[] = [];
  while (done.length < rounds) {
    done.push(await round());
    onRound();
  }
  return done;
}
