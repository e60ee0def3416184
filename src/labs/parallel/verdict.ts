import { counted } from "../../text/counted.js";
import { formatSize } from "../../text/size.js";
import { type Conclusions, concludeFrom, type Finding, type Verdict } from "../lab.js";
import { type Machine, type Round, unrestOf, type Works, worksToJudge } from "./round.js";

interface TimeVerdict extends Verdict {
  /** No further round could tell more. */
  isFinal?: true;
}

const shortestMs = 50; // of work; in less, a moment of another program decides
const leastShare = 0.8; // of each CPU, that threads must have used

/** Whether another round may decide more. With `ifBusy` false, it may only after calm rounds. */
export function isOpen(rounds: readonly Round[], machine: Machine, ifBusy: boolean): boolean {
  return timeVerdicts(rounds, machine).some(
    ({ holds, isFinal }) => !isFinal && (holds === false || (holds === undefined && ifBusy)),
  );
}

export function conclude(rounds: readonly Round[], machine: Machine): Conclusions {
  const onTimes = timeVerdicts(rounds, machine);
  return concludeFrom([...onTimes, copyFinding(rounds), checksumFinding(rounds)]);
}

/** A claim about time is judged by the calm rounds. It fails only if all were calm. */
function timeVerdicts(rounds: readonly Round[], machine: Machine): TimeVerdict[] {
  const works = worksToJudge(rounds, machine);
  const unrests = rounds.map((round) => unrestOf(round, machine));
  const unrest = unrests.findLast((each) => each !== undefined);
  return [tasksVerdict(works), threadsVerdict(works, machine)].map((verdict) => {
    if (unrest === undefined || verdict.isFinal) return verdict;
    if (verdict.holds && unrests.includes(undefined)) return verdict;
    return { claim: verdict.claim, measured: `${verdict.measured}; ${unrest}`, holds: undefined };
  });
}

function tasksVerdict({ tasks, sequential }: Works): TimeVerdict {
  const claim = `Work in ${counted(tasks.workers, "task")} on the event loop takes as long as one piece after another`;
  const measured = `${inMs(tasks.ms)} against ${inMs(sequential.ms)}, ${times(tasks.ms / sequential.ms)} as long`;
  if (sequential.ms < shortestMs) return tooShort(claim, measured);
  return { claim, measured, holds: tasks.ms >= 0.9 * sequential.ms && tasks.ms <= 1.1 * sequential.ms };
}

function threadsVerdict({ sequential, threads }: Works, { cpus, available }: Machine): TimeVerdict {
  const claim = `Threads that share the array use ${cpus === 1 ? "several CPUs" : `${cpus} CPUs`} at a time`;
  const speedUp = sequential.ms / threads.ms;
  const used = threads.cpuMs / threads.ms;
  const measured = `${times(speedUp)} as fast as one after another, on ${used.toFixed(1)} CPUs`;
  const cannotTell = (why: string): TimeVerdict => {
    return { claim, measured: `${measured}; ${why}`, holds: undefined, isFinal: true };
  };
  if (cpus === 1) return cannotTell("it takes two CPUs to tell");
  if (cpus > available) return cannotTell(`the machine has only ${available}`);
  if (threads.workers < cpus) return cannotTell(`only ${counted(threads.workers, "thread")} started`);
  if (sequential.ms < shortestMs) return tooShort(claim, measured);
  const [leastTimes, leastCpus] = [leastSpeedUp(cpus), leastShare * cpus];
  const expected = `at least ${times(leastTimes)} on ${leastCpus.toFixed(1)} is expected`;
  return { claim, measured: `${measured}; ${expected}`, holds: speedUp >= leastTimes && used >= leastCpus };
}

/** Two CPUs are nearly twice as fast. Of more, some may be two halves of one core, or clock lower together. */
export function leastSpeedUp(cpus: number): number {
  return Math.max(1.6, cpus / 2);
}

/** Each round must show it. The last one is told. */
function copyFinding(rounds: readonly Round[]): Finding {
  const works = rounds.map(({ work }) => work);
  const { threads, processes } = works.at(-1) as Works;
  const ofThreads =
    threads.copiedBytes === 0
      ? "marks of the threads are seen in the array"
      : `the threads have ${formatSize(threads.copiedBytes)} of their own`;
  const refused =
    processes.refusal === undefined ? "it is not refused to the processes" : "the processes cannot have it";
  const own = `${formatSize(processes.copiedBytes)} of their own, which took ${inMs(processes.handOverMs)}`;
  return {
    claim: "Threads share the one array, where processes need a copy",
    measured: `${ofThreads}; ${refused}, and they have ${own}`,
    holds: works.every(
      (work) =>
        work.threads.copiedBytes === 0 && work.processes.refusal !== undefined && work.processes.copiedBytes > 0,
    ),
  };
}

function checksumFinding(rounds: readonly Round[]): Finding {
  const sums = rounds.flatMap(({ work }) => Object.values(work).map(({ checksum }) => checksum));
  const different = [...new Set(sums)];
  return {
    claim: "Each way computes the same",
    measured: `${different.length === 1 ? "the checksum" : "checksums"} ${different.join(", ")} from ${counted(sums.length, "run")}`,
    holds: different.length === 1,
  };
}

function tooShort(claim: string, measured: string): TimeVerdict {
  return { claim, measured: `${measured}; that is too short to tell, see --size`, holds: undefined, isFinal: true };
}

function inMs(ms: number): string {
  return `${ms.toFixed(0)} ms`;
}

function times(factor: number): string {
  return `${factor.toFixed(2)} times`;
}
