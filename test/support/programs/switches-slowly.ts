/** Switches of which each takes a tenth of a millisecond, by whatever means. */
import { serve } from "../../../src/labs/cost/programs/serve.js";

serve(() => [100, 100, 100]);
