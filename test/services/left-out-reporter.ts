import type { Reporter, TestModule, TestSuite } from 'vitest/node';

/** What was not run, for a reader of the end of the log. */
interface LeftOut {
  readonly title: string;
  readonly file: string;
  readonly reason: string;
}

const NO_REASON = 'gives no reason';

/**
 * Ends a run with the name of each suite and test that was left out, and why. With `strict`, one that gives no reason fails
 * the run: where everything must be there, nothing may go missing quietly.
 */
export function leftOutReporter({ strict }: { strict: boolean }): Reporter {
  return {
    onTestRunEnd: (modules) => {
      const leftOut = modules.flatMap(leftOutOf);
      if (leftOut.length === 0) return;
      const lines = leftOut.map(({ title, file, reason }) => `  ${title} (${file}): ${reason}\n`);
      process.stdout.write(`\nLeft out, ${leftOut.length} in all:\n${lines.join('')}`);
      if (strict && leftOut.some(({ reason }) => reason === NO_REASON)) process.exitCode = 1;
    },
  };
}

function leftOutOf(module: TestModule): LeftOut[] {
  const file = module.relativeModuleId;
  const suites = [...module.children.allSuites()].filter((suite) => suite.meta().leftOut !== undefined);
  const tests = [...module.children.allTests('skipped')].filter(
    (test) => !suites.some((suite) => isWithin(test.parent, suite)),
  );
  return [
    ...suites.map((suite) => ({ title: suite.fullName, file, reason: suite.meta().leftOut ?? NO_REASON })),
    ...tests.map((test) => ({ title: test.fullName, file, reason: noteOf(test.result()) })),
  ];
}

function isWithin(parent: TestSuite | TestModule, suite: TestSuite): boolean {
  if (parent.type === 'module') return false;
  return parent === suite || isWithin(parent.parent, suite);
}

function noteOf(result: { readonly note?: string | undefined } | object): string {
  return 'note' in result && result.note !== undefined ? result.note : NO_REASON;
}
