import { Component, type ReactNode } from 'react';
import ReactMarkdown, { type Components } from 'react-markdown';
import remarkGfm from 'remark-gfm';
import { visibleText } from '@/lib/visible-text.ts';
import { ExternalLink } from './external-link.tsx';

/** More than any answer of an agent; beyond it text is shown as it is. */
const CHARACTERS_MAX = 64 * 1024;

/** Nothing is fetched for a text: pictures become links to them. Raw HTML is never rendered (react-markdown leaves it out). */
const PARTS: Components = {
  a: ({ href, children }) => <ExternalLink href={href ?? ''}>{children}</ExternalLink>,
  img: ({ src, alt }) => (
    <ExternalLink href={typeof src === 'string' ? src : ''}>
      Picture: {alt === '' ? 'without a name' : alt}
    </ExternalLink>
  ),
  input: ({ checked }) => <span>{checked === true ? '☑ ' : '☐ '}</span>,
  // Headings of a text are not headings of the page.
  h1: ({ children }) => <h3>{children}</h3>,
  h2: ({ children }) => <h3>{children}</h3>,
  h3: ({ children }) => <h4>{children}</h4>,
  h4: ({ children }) => <h5>{children}</h5>,
  h5: ({ children }) => <h6>{children}</h6>,
};

/** Text of an agent or of people, as Markdown. It can run nothing and fetch nothing, whatever it says. */
export function Markdown({ text }: { readonly text: string }) {
  const shown = visibleText(text);
  const plain = <pre className="font-sans whitespace-pre-wrap">{shown}</pre>;
  if (text.length > CHARACTERS_MAX) return plain;
  return (
    <Unless key={text} instead={plain}>
      <div className="prose">
        <ReactMarkdown remarkPlugins={[remarkGfm]} components={PARTS}>
          {shown}
        </ReactMarkdown>
      </div>
    </Unless>
  );
}

/** Shows something else where rendering fails, as it does for texts nested thousands of levels deep. */
class Unless extends Component<{ readonly instead: ReactNode; readonly children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    return this.state.failed ? this.props.instead : this.props.children;
  }
}
