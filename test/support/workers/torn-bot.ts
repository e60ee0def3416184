/** A bot of `lab race` whose atomic change counts itself atomically, but takes and gives knives in three steps. */
import { runBot } from "../../../src/labs/race/bot.js";
import { work } from "../../../src/labs/race/changes.js";
import { counted, knives } from "../../../src/labs/race/kitchen.js";

runBot({
  atomic(kitchen, pieces) {
    const had = Atomics.load(kitchen, knives);
    work();
    Atomics.store(kitchen, knives, had + pieces);
    Atomics.add(kitchen, counted, 1);
  },
});
