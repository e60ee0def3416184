/** A program of lab cost that answers the order for none, and no other one. */
import { serve } from "../../../src/labs/cost/programs/serve.js";

serve((order) => (order === 0 ? { started: 0, ms: 0, heapBytes: 1, rssBytes: 1 } : new Promise(() => {})));
