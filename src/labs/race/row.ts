export type Fix = "none" | "lock" | "atomic" | "single" | "forgotten"; // of threads
export type TaskFix = "none" | "no-await" | "lock";

/** The end of one round. */
export interface Round {
  knives: number;
  forks: number;
  /** Changes that counted themselves, out of all that were made. */
  counted: number;
  /** From the opening of the gate to the end of the last bot, in milliseconds. */
  ms: number;
  /** For each thread, how often another one had served a table since its own last. Empty for tasks, which always meet. */
  met: readonly number[];
}

/** The rounds of one fix. */
export interface Row<Fix extends string> {
  fix: Fix;
  /** Changes made in all rounds. */
  changes: number;
  /** Of these, the ones that left no trace. */
  lost: number;
  lostRounds: number;
  /** After the last round. */
  kitchen: { knives: number; forks: number };
  /** Of all rounds. */
  ms: number;
}

/** The sum of `rounds`, in each of which the bots made `changes` changes. */
export function rowOf<Fix extends string>(fix: Fix, changes: number, rounds: readonly Round[]): Row<Fix> {
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
