import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { diffLines, shownPlace, type DiffFile } from '#core/domain/change/diff.ts';
import { findingBody } from '#core/domain/change/finding-text.ts';
import {
  findingMarker,
  keyOfComment,
  placeFindings,
  reviewOfComment,
  type KnownThread,
  type SaidFinding,
} from '#core/domain/change/finding.ts';
import { judgeReview } from '#core/domain/change/review-judgement.ts';
import { placeProblem } from '../../../../fakes/github/review-places.ts';

const digest = (text: string): string => createHash('sha256').update(text).digest('hex');
const REVIEW = '01999999-9999-7999-8999-999999999999';
const CONTEXT = 2;

type Op = readonly [' ' | '-' | '+', string];
const op = fc.tuple(fc.constantFrom<Op[0][]>(' ', ' ', ' ', ' ', '-', '+'), fc.string({ maxLength: 6 }).map(oneLine));
const script = fc.array(op, { minLength: 1, maxLength: 60 });

function oneLine(text: string): string {
  return text.replaceAll(/[\r\n]/g, '.');
}

/** A unified diff of an edit script, as Git writes it, with the lines of both files. */
function unified(ops: readonly Op[]): { patch: string; old: string[]; now: string[] } {
  const [old, now]: [string[], string[]] = [[], []];
  const numbered = ops.map(([sign, text]) => {
    const at = { sign, text, old: old.length + 1, now: now.length + 1 };
    if (sign !== '+') old.push(text);
    if (sign !== '-') now.push(text);
    return at;
  });
  const isNear = (index: number): boolean =>
    numbered.slice(Math.max(0, index - CONTEXT), index + CONTEXT + 1).some(({ sign }) => sign !== ' ');
  const hunks: (typeof numbered)[] = [];
  for (const [index, one] of numbered.entries()) {
    if (!isNear(index)) continue;
    if (index > 0 && isNear(index - 1)) hunks.at(-1)?.push(one);
    else hunks.push([one]);
  }
  const written = hunks.map((hunk) => {
    const count = (without: string): number => hunk.filter(({ sign }) => sign !== without).length;
    const head = `@@ -${hunk[0]?.old},${count('+')} +${hunk[0]?.now},${count('-')} @@`;
    return [head, ...hunk.map(({ sign, text }) => sign + text)].join('\n');
  });
  return { patch: written.join('\n'), old, now };
}

function fileOf(patch: string, status: DiffFile['status'] = 'modified'): DiffFile {
  return { path: 'a.js', oldPath: status === 'renamed' ? 'old.js' : 'a.js', status, patch };
}

test('every line of a diff has the numbers and the text it has in both files', () => {
  fc.assert(
    fc.property(script, (ops) => {
      const { patch, old, now } = unified(ops);
      for (const line of diffLines(patch)) {
        if (line.old !== null) expect(old[line.old - 1]).toBe(line.text);
        if (line.now !== null) expect(now[line.now - 1]).toBe(line.text);
      }
      const changed = diffLines(patch).filter((line) => line.old === null || line.now === null);
      expect(changed).toHaveLength(ops.filter(([sign]) => sign !== ' ').length);
    }),
  );
});

test('a place that is given is one that the host takes, whatever was meant; an exact one is what was meant', () => {
  const line = fc.integer({ min: 1, max: 70 });
  const meant = fc.record({
    path: fc.constantFrom('a.js', 'old.js', 'b.js'),
    side: fc.constantFrom<('left' | 'right')[]>('left', 'right'),
    line,
    start_line: fc.option(line),
  });
  const status = fc.constantFrom<DiffFile['status'][]>('modified', 'renamed', 'added', 'deleted');
  fc.assert(
    fc.property(script, meant, status, (ops, at, kind) => {
      const { patch, old, now } = unified(ops);
      const found = shownPlace([fileOf(patch, kind)], at);
      if (found === undefined) return;
      const { place, lines, exact } = found;
      const side = place.side === 'left' ? 'LEFT' : 'RIGHT';
      const start = place.startLine === null ? {} : { start_line: place.startLine, start_side: side };
      expect(placeProblem(patch, { line: place.line, side, ...start })).toBeUndefined();
      expect(place.path).toBe('a.js');
      const [first, last] = [(place.startLine ?? place.line) - 1, place.line];
      if (place.side === 'right') expect(lines.map(({ text }) => text)).toEqual(now.slice(first, last));
      else for (const one of lines) expect(one.text).toBe(old[(one.old ?? 0) - 1]);
      if (exact) expect([place.side, place.line, place.startLine]).toEqual([at.side, at.line, at.start_line]);
    }),
    { numRuns: 2_000 },
  );
});

const said = (more: Partial<SaidFinding> = {}): SaidFinding => ({
  path: 'a.js',
  side: 'right',
  line: 2,
  start_line: null,
  severity: 'major',
  title: 'Wrong sign',
  body: 'It is wrong.',
  suggestion: null,
  ...more,
});
const PATCH = '@@ -1,2 +1,3 @@\n one\n+two  words\n three';
const rules = { paths: { allow: ['**'], deny: [] }, min_severity: 'info', fail_on: 'major' } as const;

function judge(findings: readonly SaidFinding[], threads: readonly KnownThread[] = [], patch = PATCH) {
  return judgeReview({ findings, files: [fileOf(patch)], threads, rules, digest });
}

function threadOf(finding: SaidFinding, more: Partial<KnownThread> = {}): KnownThread {
  const [placed] = placeFindings([finding], [fileOf(PATCH)], digest);
  return { id: 't', key: placed?.key ?? '', path: 'a.js', line: 2, resolved: false, ...more };
}

test('a finding is recognised when its code has moved and was indented, and also in other words', () => {
  const moved = '@@ -1,2 +1,5 @@\n one\n+zero\n+zero\n+  two words\n three';
  for (const title of ['wrong  sign!', 'The sign is not right']) {
    const judged = judge([said({ line: 4, title })], [threadOf(said())], moved);
    expect([judged.remarks, judged.known, judged.resolved]).toEqual([[], 1, []]);
  }
});

test('what is worse than it was told is news', () => {
  const judged = judge([said({ severity: 'critical', title: 'It loses data' })], [threadOf(said())]);
  expect(judged.remarks).toHaveLength(1);
});

test('a discussion is resolved only when its finding is gone and its code has changed', () => {
  expect(judge([], [threadOf(said(), { line: null })])).toMatchObject({ resolved: ['t'], failing: [] });
  expect(judge([], [threadOf(said())])).toMatchObject({ resolved: [], failing: ['major'] });
  expect(judge([said()], [threadOf(said(), { line: null })])).toMatchObject({ resolved: [], failing: ['major'] });
});

test('what people have settled is neither told again nor fails the check', () => {
  const judged = judge([said()], [threadOf(said(), { resolved: true })]);
  expect(judged).toMatchObject({ remarks: [], known: 0, resolved: [], failing: [] });
});

test('a finding at lines that the diff does not show is in the text, and of many the worst are on their lines', () => {
  expect(judge([said({ line: 9 })])).toMatchObject({ remarks: [], listed: [{ said: { line: 9 } }] });
  const many = Array.from({ length: 60 }, (_one, index) =>
    said({ title: `Thing ${index}`, severity: index === 59 ? 'critical' : 'minor' }),
  );
  const judged = judge(many);
  expect([judged.remarks.length, judged.listed.length, judged.untold.over]).toEqual([30, 20, 10]);
  expect(judged.remarks[0]?.said.severity).toBe('critical');
});

test('a suggestion is offered only where it replaces exactly the lines of the comment, and hides nothing', () => {
  const bodyOf = (finding: SaidFinding): string => {
    const [placed] = placeFindings([finding], [fileOf(PATCH)], digest);
    return placed === undefined ? '' : findingBody(placed, REVIEW);
  };
  expect(bodyOf(said({ suggestion: 'a ``` b\n' }))).toContain('````suggestion\na ``` b\n````');
  for (const wrong of [
    said({ suggestion: 'two  words' }),
    said({ suggestion: 'safe\u202E;' }),
    said({ suggestion: 'x', start_line: 1, line: 9 }),
    said({ suggestion: 'x', side: 'left', line: 1 }),
  ])
    expect(bodyOf(wrong)).not.toContain('suggestion');
});

test('whatever a finding says, its comment begins with its own key and holds no other marker', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 200 }), fc.string({ maxLength: 200 }), (title, body) => {
      const forged = `${findingMarker('x')} ${body}`;
      const [placed] = placeFindings([said({ title: title + forged, body: forged })], [fileOf(PATCH)], digest);
      const text = placed === undefined ? '' : findingBody(placed, REVIEW);
      expect([keyOfComment(text), reviewOfComment(text)]).toEqual([placed?.key, REVIEW]);
      expect(text.match(/<!--/g)).toHaveLength(1);
    }),
  );
});
