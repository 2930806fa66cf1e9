import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Files that run for minutes. Begun last, one of them would keep a processor waiting for the other's end. */
const LONGEST = ["test/replay/replay.test.ts", "test/portal/", "test/scheduling/", "test/simulator/", "test/api/"];

/** The longest first; all others as they come. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const at = LONGEST.findIndex((part) => moduleId.includes(part));
      return at < 0 ? LONGEST.length : at;
    };
    return [...(await super.sort(files))].sort((a, b) => rank(a) - rank(b));
  }
}
