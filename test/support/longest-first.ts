import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Files that run for minutes. Begun last, one of them would keep a processor waiting for the other's end. */
const LONGEST = ["test/replay/replay.test.ts", "test/scheduling/", "test/simulator/", "test/portal/", "test/api/hostile", "test/reorganise/", "page.test.ts"];

/** The longest first; all others as they come. Those that share a process follow one another: any other file between them would end it. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId, project }: TestSpecification): number => {
      const at = LONGEST.findIndex((part) => moduleId.includes(part));
      return (project.config.isolate ? 0 : LONGEST.length + 1) + (at < 0 ? LONGEST.length : at);
    };
    return [...(await super.sort(files))].sort((a, b) => rank(a) - rank(b));
  }
}
