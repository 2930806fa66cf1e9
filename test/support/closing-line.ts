import type { Reporter, TestModule } from "vitest/node";

/** Ends the run with one plain line: `N passed, N failed, N skipped`. */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const count = { passed: 0, failed: errors.length, skipped: 0 };
    for (const module of modules) {
      let failedTests = 0;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === "passed") count.passed += 1;
        else if (state === "failed") failedTests += 1;
        else count.skipped += 1;
      }
      // A file that does not load, or a hook that throws, fails without a failed test.
      count.failed += failedTests || (module.state() === "failed" ? 1 : 0);
    }
    // After the default reporter's summary, which prints in the same hook.
    setImmediate(() => console.log(`\n${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`));
  }
}
