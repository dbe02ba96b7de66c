import { harmless } from '../text/outgoing.ts';
import { cutBytes, wellFormed } from '../text/text-limit.ts';

/** One mistake in a repository's configuration. */
export interface ConfigFault {
  /** The key, e.g. `egress[0]` or `review.paths`; empty for the file as a whole. */
  readonly path: string;
  /** Counts from 1. */
  readonly line: number;
  /** What is wrong, in words to show. */
  readonly message: string;
}

const FAULTS_SHOWN_MAX = 30;
const FAULT_BYTES_MAX = 300;

/** E.g. `line 3: egress[0]: must be a host name …`, on one line, harmless to publish. */
function faultText({ path, line, message }: ConfigFault): string {
  return `line ${line}: ${path === '' ? '' : `${inCode(path)}: `}${faultMessage(message)}`;
}

/** The words of a fault on one line, cut and harmless: they can hold keys that a stranger wrote. */
export function faultMessage(message: string): string {
  return harmless(cutBytes(wellFormed(message.replace(/\s+/g, ' ')), FAULT_BYTES_MAX));
}

/** Foreign words as a code span, in which nothing is markup. */
export function inCode(text: string): string {
  const plain = wellFormed(text.replace(/\s+/g, ' ').replaceAll('`', "'"));
  return harmless(`\`${cutBytes(plain, FAULT_BYTES_MAX)}\``);
}

/** A list of the faults in Markdown; of very many only the first. `more`: faults that were not even looked at. */
export function faultList(faults: readonly ConfigFault[], more: number): string {
  const shown = faults.slice(0, FAULTS_SHOWN_MAX).map((fault) => `- ${faultText(fault)}`);
  const left = faults.length - shown.length + more;
  return [...shown, ...(left > 0 ? [`- and ${left} more`] : [])].join('\n');
}
