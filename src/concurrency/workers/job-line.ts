import { Deque } from "../deque.js";
import type { Job } from "./job.js";

/** The jobs that wait for a worker, first come first served. An aborted one stays until its turn, but does not count. */
export class JobLine {
  readonly #jobs = new Deque<Job>();
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(job: Job): void {
    this.#jobs.push(job);
    this.#length++;
  }

  /** Put back at the front what was taken too early. */
  putBack(jobs: readonly Job[]): void {
    for (const job of jobs.toReversed()) this.#jobs.unshift(job);
    this.#length += jobs.length;
  }

  /** A job in line was aborted, and is settled. */
  leave(): void {
    this.#length--;
  }

  /** The next `count` jobs, or as many as there are before one that does not fit. */
  take(count: number, fits: (job: Job, place: number) => boolean = () => true): Job[] {
    const jobs: Job[] = [];
    while (jobs.length < count && this.#length > 0) {
      const job = this.#jobs.shift();
      if (job.settled) continue;
      if (!fits(job, jobs.length)) {
        this.#jobs.unshift(job);
        break;
      }
      this.#length--;
      jobs.push(job);
    }
    return jobs;
  }
}
