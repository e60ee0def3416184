/** Call the function that it returns for the share of the time since then in which this process was busy. */
export function watchBusy(): () => number {
  const [start, loop, cpu] = [performance.now(), performance.eventLoopUtilization(), process.cpuUsage()];
  return () => {
    const { user, system } = process.cpuUsage(cpu);
    const used = (user + system) / 1000 / (performance.now() - start);
    // The loop takes a wait that a signal ends for work; the processor's time includes that of other threads.
    return Math.min(used, performance.eventLoopUtilization(loop).utilization);
  };
}
