import { describe, expect, test } from 'vitest';
import { fillTemplate, withPartials } from '../../../workers/agent/fill-template.ts';

describe('a template', () => {
  test('that names something unknown stops the run', () => {
    const values = new Map([['a', '{{b}}']]);
    expect(fillTemplate('{{a}}', values)).toBe('{{b}}');
    expect(() => fillTemplate('{{secret}}', values)).toThrow('unknown: secret');
    expect(() => fillTemplate('{{#secret}}\nx\n{{/secret}}\n', values)).toThrow('unknown: secret');
    expect(() => withPartials('{{>secret}}\n', values)).toThrow('unknown: secret');
  });

  test('shows a section only when its value is not empty', () => {
    const values = new Map([
      ['a', 'x'],
      ['b', ''],
    ]);
    expect(fillTemplate('1\n{{#a}}\n2 {{a}}\n{{#b}}\n3\n{{/b}}\n{{/a}}\n{{#b}}\n4\n{{/b}}\n5', values)).toBe(
      '1\n2 x\n5',
    );
  });
});
