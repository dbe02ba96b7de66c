// Usage: count-tests.mjs FAILED_GATES REPORT=EXIT_CODE…
// Prints "N passed, N failed, N skipped" over vitest's JSON reports. A gate that failed counts as one failure, and so does a
// suite that ended badly without a failed test to show for it (a file that could not be read, an error outside tests).
import { existsSync, readFileSync } from 'node:fs';

const [failedGates, ...suites] = process.argv.slice(2);
const total = { passed: 0, failed: Number(failedGates), skipped: 0 };

for (const suite of suites) {
  const split = suite.lastIndexOf('=');
  const counted = count(suite.slice(0, split));
  const endedBadly = suite.slice(split + 1) !== '0';
  total.passed += counted.passed;
  total.failed += endedBadly ? Math.max(counted.failed, 1) : counted.failed;
  total.skipped += counted.skipped;
}
process.stdout.write(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped\n`);

function count(path) {
  const counted = { passed: 0, failed: 0, skipped: 0 };
  if (!existsSync(path)) return counted;
  for (const file of JSON.parse(readFileSync(path, 'utf8')).testResults) {
    const statuses = file.assertionResults.map((test) => test.status);
    if (file.status === 'failed' && !statuses.includes('failed')) counted.failed += 1;
    for (const status of statuses) counted[status === 'passed' || status === 'failed' ? status : 'skipped'] += 1;
  }
  return counted;
}
