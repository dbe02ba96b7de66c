/** What a person asked for in the stories. */
export const PROMPT = `Durations just under a minute are shown as "60 s".
Please round before the unit is chosen, and add a test for 59.6 s.`;

export const PLAN = `1. Write a failing test for **59.6 s**.
2. Round in \`formatDuration\` before the unit is chosen.
3. Run all tests.`;

export const ANSWER = `Durations are rounded **before** the unit is chosen, so 59.6 s is shown as \`1 min\`.

### What changed

- \`src/duration.ts\`: the value is rounded once, at the top.
- \`test/duration.test.ts\`: two cases at the border of a unit.

| input | before | now |
|---|---|---|
| 59.4 s | 59 s | 59 s |
| 59.6 s | 60 s | 1 min |

All 36 tests pass. See [the issue](https://github.com/octo/durations/issues/119) for the discussion.`;

export const DIFF = `diff --git a/src/duration.ts b/src/duration.ts
index 3b18e51..9c2f0aa 100644
--- a/src/duration.ts
+++ b/src/duration.ts
@@ -1,14 +1,16 @@
 const MINUTE = 60;
 const HOUR = 60 * MINUTE;
 
 /** A length of time for people: \`42 s\`, \`3 min\`, \`2 h\`. */
 export function formatDuration(seconds: number): string {
-  if (seconds < MINUTE) return \`\${Math.round(seconds)} s\`;
-  if (seconds < HOUR) return \`\${Math.round(seconds / MINUTE)} min\`;
-  return \`\${Math.round(seconds / HOUR)} h\`;
+  // Rounded once and first: 59.6 s is a minute, not 60 s.
+  const whole = Math.round(seconds);
+  if (whole < MINUTE) return \`\${whole} s\`;
+  if (whole < HOUR) return \`\${Math.round(whole / MINUTE)} min\`;
+  return \`\${Math.round(whole / HOUR)} h\`;
 }
 
 /** Whether two lengths look alike. */
 export function looksAlike(a: number, b: number): boolean {
   return formatDuration(a) === formatDuration(b);
 }
diff --git a/test/duration.test.ts b/test/duration.test.ts
index 77ab1c0..1f2e3d4 100644
--- a/test/duration.test.ts
+++ b/test/duration.test.ts
@@ -3,5 +3,10 @@ import { expect, test } from 'vitest';
 import { formatDuration } from '../src/duration.ts';
 
 test('hours and minutes', () => {
   expect(formatDuration(7_200)).toBe('2 h');
 });
+
+test('59.6 s is a minute', () => {
+  expect(formatDuration(59.4)).toBe('59 s');
+  expect(formatDuration(59.6)).toBe('1 min');
+});
diff --git a/docs/format.md b/docs/format.md
new file mode 100644
index 0000000..e69de29
--- /dev/null
+++ b/docs/format.md
@@ -0,0 +1,3 @@
+# How durations look
+
+Rounded to one unit: \`42 s\`, \`3 min\`, \`2 h\`.
`;
