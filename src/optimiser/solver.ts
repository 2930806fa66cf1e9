import highsModule, { type Highs } from "highs";

/** Its types describe the CommonJS build; what an ES module is given is the function itself. */
const load = highsModule as unknown as typeof highsModule.default;
let loaded: Promise<Highs> | undefined;

/** HiGHS, once a thread. Whatever it solves blocks that thread. */
export const solver = (): Promise<Highs> => (loaded ??= load());
