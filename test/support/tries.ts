/**
 * A check of what was measured: it may fail while the machine has much else to do, but not time and again. Rejects with what the last
 * of four tries rejects with.
 */
export async function inOneOfFourTries(check: () => Promise<void>): Promise<void> {
  for (let triesLeft = 3; triesLeft > 0; triesLeft--) {
    try {
      return await check();
    } catch {}
  }
  await check();
}
