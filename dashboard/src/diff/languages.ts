import bash from 'highlight.js/lib/languages/bash';
import c from 'highlight.js/lib/languages/c';
import cpp from 'highlight.js/lib/languages/cpp';
import csharp from 'highlight.js/lib/languages/csharp';
import css from 'highlight.js/lib/languages/css';
import dockerfile from 'highlight.js/lib/languages/dockerfile';
import go from 'highlight.js/lib/languages/go';
import ini from 'highlight.js/lib/languages/ini';
import java from 'highlight.js/lib/languages/java';
import javascript from 'highlight.js/lib/languages/javascript';
import json from 'highlight.js/lib/languages/json';
import kotlin from 'highlight.js/lib/languages/kotlin';
import markdown from 'highlight.js/lib/languages/markdown';
import php from 'highlight.js/lib/languages/php';
import python from 'highlight.js/lib/languages/python';
import ruby from 'highlight.js/lib/languages/ruby';
import rust from 'highlight.js/lib/languages/rust';
import sql from 'highlight.js/lib/languages/sql';
import swift from 'highlight.js/lib/languages/swift';
import typescript from 'highlight.js/lib/languages/typescript';
import xml from 'highlight.js/lib/languages/xml';
import yaml from 'highlight.js/lib/languages/yaml';

/** Languages that diffs are coloured in, by the name highlight.js knows. */
export const LANGUAGES = {
  ...{ bash, c, cpp, csharp, css, dockerfile, go, ini, java, javascript, json, kotlin, markdown, php, python },
  ...{ ruby, rust, sql, swift, typescript, xml, yaml },
};
export type Language = keyof typeof LANGUAGES;

const BY_ENDING: Readonly<Partial<Record<string, Language>>> = {
  ...{ sh: 'bash', bash: 'bash', zsh: 'bash', c: 'c', h: 'c', cc: 'cpp', cpp: 'cpp', hpp: 'cpp', cs: 'csharp' },
  ...{ css: 'css', scss: 'css', less: 'css', go: 'go', ini: 'ini', toml: 'ini', cfg: 'ini', java: 'java' },
  ...{ js: 'javascript', jsx: 'javascript', mjs: 'javascript', cjs: 'javascript', json: 'json', kt: 'kotlin' },
  ...{ kts: 'kotlin', md: 'markdown', php: 'php', py: 'python', pyi: 'python', rb: 'ruby', rs: 'rust', sql: 'sql' },
  ...{ swift: 'swift', ts: 'typescript', tsx: 'typescript', mts: 'typescript', cts: 'typescript', html: 'xml' },
  ...{ xml: 'xml', svg: 'xml', vue: 'xml', svelte: 'xml', yml: 'yaml', yaml: 'yaml', dockerfile: 'dockerfile' },
};

/** The language of a file, by its name; undefined for one that is not coloured. */
export function languageOf(path: string): Language | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
  return BY_ENDING[name.slice(name.lastIndexOf('.') + 1)];
}
