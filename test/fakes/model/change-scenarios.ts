import { patch, say, shell, type Scenario } from './scenario.ts';

const PATCHED_KINDS = `*** Add File: docs/usage.md
+# Usage
+
+See the examples in the code.
*** Delete File: AGENTS.md
*** Update File: README.md
*** Move to: docs/README.md
@@
-Durations for people.
+Durations for people, in both directions.`;

const SHELL_KINDS = [
  'set -e',
  'mv test/parse-duration.test.js test/parse.test.js',
  "printf '\\211PNG\\r\\n\\032\\n\\000\\001\\377' > docs/logo.png",
  'chmod +x src/cli.js',
  'ln -s usage.md docs/latest.md',
  "printf 'caf\\303\\251\\n' > 'docs/naïve 日本語.md'",
  "printf 'one\\r\\ntwo\\r\\n' > docs/windows.txt",
  "printf 'no line end' > docs/open.txt",
  ': > docs/empty.txt',
  'echo all kinds done',
].join('\n');

/**
 * Makes every kind of change the demo repository allows: added (text, binary, empty, CRLF, without a last line end,
 * with a name outside ASCII), deleted, renamed with and without an edit, made executable, linked inside the tree.
 */
export const everyKindOfChange: Scenario = {
  name: 'everyKindOfChange',
  steps: [
    { items: [patch(PATCHED_KINDS)] },
    { expect: /A docs\/usage\.md/, items: [shell(SHELL_KINDS)] },
    { expect: /all kinds done/, items: [say('Made one change of every kind.')] },
  ],
};

/** What `git -c core.quotePath=false diff --name-status --find-renames` says of `everyKindOfChange` in the demo repository. */
export const EVERY_KIND_OF_CHANGE_STATUS: readonly string[] = [
  'D\tAGENTS.md',
  'R090\tREADME.md\tdocs/README.md',
  'A\tdocs/empty.txt',
  'A\tdocs/latest.md',
  'A\tdocs/logo.png',
  'A\tdocs/naïve 日本語.md',
  'A\tdocs/open.txt',
  'A\tdocs/usage.md',
  'A\tdocs/windows.txt',
  'M\tsrc/cli.js',
  'R100\ttest/parse-duration.test.js\ttest/parse.test.js',
];

/** Adds a workflow, which would run with the repository's own rights, beside a harmless file. */
export const touchesWorkflow: Scenario = {
  name: 'touchesWorkflow',
  steps: [
    {
      items: [
        patch(`*** Add File: .github/workflows/release.yml
+on: push
+jobs:
+  release:
+    runs-on: ubuntu-latest
+    steps:
+      - run: echo released
*** Add File: docs/releasing.md
+Every push is released.`),
      ],
    },
    { expect: /A \.github\/workflows\/release\.yml/, items: [say('Every push is released now.')] },
  ],
};

/** Leaves links that lead out of the tree, one absolute and one relative. */
export const escapingSymlink: Scenario = {
  name: 'escapingSymlink',
  steps: [
    {
      items: [
        shell('ln -s /etc/passwd accounts && mkdir -p docs && ln -s ../../../outside docs/outside && echo linked'),
      ],
    },
    { expect: /linked/, items: [say('The accounts are linked.')] },
  ],
};
