import { useMemo, useRef, useState } from 'react';
import type { LogStream } from './log-stream.ts';
import { nextOf } from './places.ts';
import { matchesOf, visibleLines } from './visible-lines.ts';

/** What of a log is shown and looked for. Lines are named by their index in the whole log. */
export interface LogView {
  readonly shown: readonly number[];
  readonly matches: readonly number[];
  readonly words: string;
  /** The line somebody jumped to; -1 for none. `jumps` grows with each jump, also to the same line. */
  readonly current: number;
  readonly jumps: number;
  readonly search: (words: string) => void;
  readonly step: (among: readonly number[], by: 1 | -1) => void;
  readonly fold: (block: number) => void;
  readonly foldAll: (isFolded: boolean) => void;
}

/** Keeps what a reader does with a log. Folding is a property of the log, which is changed in place. */
export function useLogView(stream: LogStream, isReading: boolean): LogView {
  const { text, version } = stream;
  const [words, setWords] = useState('');
  // A place of its own beside what is drawn: keys may come faster than the page is, and each goes on from the one before.
  const place = useRef({ line: -1, jumps: 0 });
  const [at, draw] = useState(place.current);
  const [folds, setFolds] = useState(0);
  const goTo = (line: number, jumps: number): void => {
    place.current = { line, jumps };
    draw(place.current);
  };
  const shown = useMemo(() => {
    if (!isReading) text.foldEnded();
    return visibleLines(text);
    // `version` and `folds` stand for what changed inside `text`.
  }, [text, version, folds, isReading]);
  const matches = useMemo(() => matchesOf(text, words), [text, version, words]);
  const jump = (line: number | undefined): void => {
    if (line === undefined) return;
    const { kind, block } = text.lines[line] ?? { kind: 'output', block: -1 };
    const folded = text.blocks[block];
    if (folded?.isFolded === true && kind !== 'command') {
      folded.isFolded = false;
      setFolds((count) => count + 1);
    }
    goTo(line, place.current.jumps + 1);
  };
  return {
    shown,
    matches,
    words,
    current: at.line,
    jumps: at.jumps,
    search: (next) => {
      setWords(next);
      goTo(-1, place.current.jumps);
    },
    step: (among, by) => jump(nextOf(among, place.current.line, by)),
    fold: (block) => {
      const one = text.blocks[block];
      if (one !== undefined) one.isFolded = !one.isFolded;
      setFolds((count) => count + 1);
    },
    foldAll: (isFolded) => {
      text.foldAll(isFolded);
      setFolds((count) => count + 1);
    },
  };
}
