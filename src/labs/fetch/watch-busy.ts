/** Start to measure. The function it returns gives the share of the time since then in which this process was busy. */
export function watchBusy(): () => number {
  const [start, loop, cpu] = [performance.now(), performance.eventLoopUtilization(), process.cpuUsage()];
  return () => {
    const { user, system } = process.cpuUsage(cpu);
    const used = (user + system) / 1000 / (performance.now() - start);
    // The loop counts a wait that a signal ends as work; the CPU time includes other threads. The smaller one is right.
    return Math.min(used, performance.eventLoopUtilization(loop).utilization);
  };
}
